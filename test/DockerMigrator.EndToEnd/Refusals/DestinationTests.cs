using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Refusals;

/// <summary>The other host cannot be reached, or has no agent for us.</summary>
public sealed class DestinationTests(Hosts hosts) : RefusalTest(hosts)
{
    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        await StartAsync();
    }

    [Fact]
    public Task An_unknown_host() => RefuseAsync("(?i)nosuchhost.*(resolve|not known)", destination: "nosuchhost");

    [Fact]
    public Task A_host_where_nobody_listens_for_ssh() => RefuseAsync("(?i)refused", destination: $"ssh://root@{Target.Name}:1");

    [Fact]
    public Task A_user_whom_ssh_does_not_let_in() => RefuseAsync("(?i)permission denied", destination: $"nobody@{Target.Name}");

    [Fact]
    public Task A_socket_that_is_not_there() => RefuseAsync("/run/nosuch.sock", destination: "unix:///run/nosuch.sock");

    [Fact]
    public Task A_tls_port_without_certificates_here() => RefuseAsync("tls init", destination: $"tls://{Target.Name}");

    [Theory]
    [InlineData("ftp://host")]
    [InlineData("ssh://")]
    [InlineData("-oProxyCommand=true")]
    [InlineData("tls://host:99999")]
    public async Task A_destination_that_is_none(string destination)
    {
        var result = await Source.TryOnAsync("docker-migrator", "migrate", "--json", "counter", destination);
        result.ExitCode.Should().Be(2, result.Stderr);
        result.Stderr.Should().StartWith("docker-migrator: ");
    }

    [Theory]
    [InlineData("migrate")]
    [InlineData("migrate", "counter")]
    [InlineData("migrate", "counter", "host", "--no-such-option")]
    [InlineData("no-such-command")]
    public async Task A_command_line_that_is_none(params string[] arguments)
    {
        var result = await Source.TryOnAsync(["docker-migrator", .. arguments]);
        result.ExitCode.Should().Be(2, result.Stderr);
        result.Stdout.Should().BeEmpty();
        result.Stderr.Should().StartWith("docker-migrator: ");
    }

    [Fact]
    public async Task A_bind_option_that_is_none()
    {
        var result = await Source.TryOnAsync("docker-migrator", "migrate", "counter", Target.Name, "--bind", "move");
        result.ExitCode.Should().Be(2, result.Stderr);
        result.Stderr.Should().Contain("--bind move");
    }

    [Fact]
    public async Task A_host_without_the_agent()
    {
        await Target.ShellAsync("mv /usr/local/bin/docker-migrator /usr/local/bin/aside");
        try
        {
            await RefuseAsync($"not installed on {Target.Name}");
        }
        finally
        {
            await Target.ShellAsync("mv /usr/local/bin/aside /usr/local/bin/docker-migrator");
        }
    }

    [Fact]
    public async Task A_host_whose_agent_is_something_else()
    {
        await Target.ShellAsync("mv /usr/local/bin/docker-migrator /usr/local/bin/aside && printf '#!/bin/sh\\necho Welcome to the machine\\nexec cat\\n' >/usr/local/bin/docker-migrator && chmod +x /usr/local/bin/docker-migrator");
        try
        {
            await RefuseAsync(Target.Name);
        }
        finally
        {
            await Target.ShellAsync("mv /usr/local/bin/aside /usr/local/bin/docker-migrator");
        }
    }

    [Fact]
    public async Task A_host_whose_agent_speaks_another_version()
    {
        await using var agent = NewerAgent.Start(Source.PathOf("/run/newer.sock"));
        await RefuseAsync("(?i)version", destination: "unix:///run/newer.sock");
    }
}
