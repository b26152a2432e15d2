using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Refusals;

/// <summary>It is the target that cannot take the container.</summary>
public sealed class TargetTests(Hosts hosts) : RefusalTest(hosts)
{
    [Fact]
    public async Task A_name_that_is_taken()
    {
        await StartAsync();
        await Target.DockerAsync("create", "--name", "counter", "lab/busybox");
        await RefuseAsync("already.*named counter|named counter already");
    }

    [Fact]
    public async Task A_port_that_a_container_has()
    {
        await StartAsync("-p", "7777:80");
        await Target.StartAsync("other", "-p", "7777:80", "lab/busybox", "sleep", "1000");
        await RefuseAsync("7777.*other");
    }

    [Fact]
    public async Task A_port_that_a_process_has()
    {
        // Port 22 of the host itself is sshd's.
        await StartAsync("-p", "7722:80");
        await using var listener = BackgroundCommand.Start(Target, "nc", "-lk", "7722");
        await Eventually.IsTrueAsync("it listens", async () => (await Target.OnAsync("ss", "-ltn")).Contains(":7722 ", StringComparison.Ordinal));
        await RefuseAsync("7722");
    }

    [Fact]
    public async Task A_volume_that_is_there_already()
    {
        await StartAsync("-v", "data:/data");
        await Target.ShellAsync("docker volume create data && echo precious >/var/lib/docker/volumes/data/_data/file");
        await RefuseAsync("volume named data");
        (await Target.OnAsync("cat", "/var/lib/docker/volumes/data/_data/file")).Should().Be("precious");
    }

    [Fact]
    public async Task A_bind_source_that_is_missing()
    {
        await Source.OnAsync("mkdir", "-p", "/srv/only-here");
        await StartAsync("-v", "/srv/only-here:/data");
        await RefuseAsync("/srv/only-here.*--bind copy");
    }

    [Fact]
    public async Task A_bind_copy_that_would_overwrite()
    {
        foreach (var host in new[] { Source, Target })
            await host.ShellAsync("mkdir -p /srv/both && echo $HOSTNAME >/srv/both/file");
        await StartAsync("-v", "/srv/both:/data");
        await RefuseAsync("/srv/both.*--volume-overwrite", options: ["--bind", "copy"]);
    }

    [Fact]
    public async Task Another_image_of_the_same_name()
    {
        foreach (var (host, image) in new[] { (Source, "lab/busybox"), (Target, "lab/python") })
            await host.DockerAsync("tag", image, "example/app:1");
        try
        {
            await Source.StartAsync("counter", "example/app:1", "sh", "-c", NumberLog.Script);
            await RefuseAsync("example/app:1 is another image");
        }
        finally
        {
            await Source.DockerAsync("rm", "-f", "counter");
            foreach (var host in new[] { Source, Target })
                await host.DockerAsync("rmi", "example/app:1");
        }
    }

    [Fact]
    public async Task A_network_that_is_missing()
    {
        await Source.DockerAsync("network", "create", "--subnet", "172.31.6.0/24", "inner");
        await StartAsync("--network", "inner");
        var result = await RefuseAsync("no network named inner");
        result.Stderr.Should().Contain("docker network create");
    }

    [Fact]
    public async Task An_address_that_is_taken()
    {
        foreach (var host in new[] { Source, Target })
            await host.DockerAsync("network", "create", "--subnet", "172.31.6.0/24", "inner");
        await StartAsync("--network", "inner", "--ip", "172.31.6.9");
        await Target.StartAsync("other", "--network", "inner", "--ip", "172.31.6.9", "lab/busybox", "sleep", "1000");
        await RefuseAsync("172.31.6.9.*other");
    }

    [Fact]
    public async Task A_host_that_is_not_set_up()
    {
        await StartAsync();
        await Target.OnAsync("docker-migrator", "host", "remove");
        try
        {
            await RefuseAsync("host setup");
        }
        finally
        {
            await Target.OnAsync("docker-migrator", "host", "setup");
        }
    }

    [Fact]
    public async Task Removing_the_runtime_that_a_moved_container_needs()
    {
        await StartAsync();
        await MoveAsync("counter");
        var before = await HostState.CaptureAtRestAsync(Target);

        var result = await Target.TryOnAsync("docker-migrator", "host", "remove");

        result.ExitCode.Should().Be(3);
        result.Stderr.Should().Contain("counter");
        await HostState.ShouldBecomeAsync(Target, before);
    }

    [Fact]
    public async Task A_host_without_criu()
    {
        await StartAsync();
        await Target.ShellAsync("mv /usr/sbin/criu /usr/sbin/aside");
        try
        {
            await RefuseAsync("(?i)criu");
        }
        finally
        {
            await Target.ShellAsync("mv /usr/sbin/aside /usr/sbin/criu");
        }
    }

    [Fact]
    public async Task A_host_with_criu_too_old_for_its_kernel()
    {
        await StartAsync();
        if (await OldCriu.TryInstallAsync(Target) is not { } old)
        {
            Assert.Skip("Debian 12's CRIU cannot be had here.");
            return;
        }

        await using (old)
            await RefuseAsync("(?i)criu 3\\.17");
    }

    [Fact]
    public async Task Not_enough_disk()
    {
        await StartAsync();
        await Source.DockerAsync("exec", "counter", "sh", "-c", "head -c 80000000 /dev/urandom >/var/tmp/big");
        // Docker's data root of the target moves to a small file system for a while.
        await Target.ShellAsync("lab-docker stop && mount -t tmpfs -o size=64m tmpfs /var/lib/docker && lab-docker start");
        try
        {
            await RefuseAsync("(?i)disk space");
        }
        finally
        {
            await Target.ShellAsync("lab-docker stop && umount /var/lib/docker && lab-docker start");
        }
    }

    [Fact]
    public async Task Not_enough_memory()
    {
        await StartAsync();
        await Target.ShellAsync("sed -E 's/^(MemAvailable: *)[0-9]+/\\120000/' /proc/meminfo >/tmp/meminfo && mount --bind /tmp/meminfo /proc/meminfo");
        try
        {
            await RefuseAsync("(?i)too little memory");
        }
        finally
        {
            await Target.OnAsync("umount", "/proc/meminfo");
        }
    }
}
