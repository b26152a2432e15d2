using DockerMigrator.Migration.Transport;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Tests.Migration.Transport;

public sealed class DestinationTests
{
    public static TheoryData<string, Destination> Good => new()
    {
        { "web2", new Destination.Ssh(null, "web2", null) },
        { "root@web2", new Destination.Ssh("root", "web2", null) },
        { "ssh://root@web2:2222", new Destination.Ssh("root", "web2", 2222) },
        { "ssh://[fd00::2]:22", new Destination.Ssh(null, "fd00::2", 22) },
        { "fd00::2", new Destination.Ssh(null, "fd00::2", null) },
        { "tls://web2", new Destination.Tls("web2", Destination.DefaultTlsPort) },
        { "tls://10.0.0.2:9", new Destination.Tls("10.0.0.2", 9) },
        { "unix:///run/a.sock", new Destination.Unix("/run/a.sock") },
    };

    [Theory]
    [MemberData(nameof(Good))]
    public void What_ssh_and_docker_users_write_is_understood(string text, Destination expected) =>
        Destination.Parse(text).Should().Be(expected);

    [Theory]
    [InlineData("")]
    [InlineData("http://web2")]
    [InlineData("unix://relative")]
    [InlineData("web2:0")]
    [InlineData("web2:99999")]
    [InlineData("ssh://web2:port")]
    [InlineData("@web2")]
    [InlineData("tls://me@web2")]
    [InlineData("we b2")]
    [InlineData("-oProxyCommand=touch /tmp/x")]
    [InlineData("-l@web2")]
    public void Anything_else_is_rejected_before_it_gets_near_ssh(string text)
    {
        var parse = () => Destination.Parse(text);

        parse.Should().Throw<MigratorException>().WithMessage("*is not a destination*");
    }

    [Fact]
    public void Ssh_without_a_terminal_fails_instead_of_asking()
    {
        var destination = new Destination.Ssh("root", "web2", 2222);

        SshChannel.Arguments(destination, mayAsk: false).Should().ContainInOrder("BatchMode=yes", "-p", "2222", "root@web2");
        SshChannel.Arguments(destination, mayAsk: true).Should().NotContain("BatchMode=yes");
    }
}
