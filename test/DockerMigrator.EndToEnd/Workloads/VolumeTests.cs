using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Workloads;

/// <summary>Volumes and bind mounts of every kind, and what the user can say of them.</summary>
[Trait("Area", "Volumes")]
public sealed class VolumeTests(Hosts hosts) : MigrationTest(hosts)
{
    // Counts in a file that stays open, besides its output.
    private const string Writer = "exec 7>>/data/log; trap exit TERM; i=0; while :; do echo $i >&7; echo $i; i=$((i+1)); usleep 10000; done";

    [Fact]
    public async Task A_shared_volume_is_verified_and_nothing_of_it_is_copied()
    {
        await using var storage = await SharedStorage.MountAsync("/srv/shared", Source, Target);
        await Source.ShellAsync("mkdir /srv/shared/volume && head -c 5000000 /dev/urandom >/srv/shared/volume/big");
        await Source.DockerAsync("volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=/srv/shared/volume", "data");
        await Source.StartAsync("counter", "-v", "data:/data", "lab/busybox", "sh", "-c", Writer);
        await NumberLog.WaitForAsync(Source, "counter", 10);

        var result = await MoveAsync("counter", "--volume", "data=shared");

        await NumberLog.VerifyGoesOnAsync(Target, "counter");
        result.Report["bytes"]!["volumes"].Should().BeNull("nothing of it was copied");
        result.Stderr.Should().MatchRegex("volume data is .*shared");
        var written = (await Source.OnAsync("cat", "/srv/shared/volume/log")).Split('\n');
        written.Should().Equal(Enumerable.Range(0, written.Length).Select(number => $"{number}"), "one program wrote it, first here and then there");
        (await Source.ShellAsync("ls -A /srv/shared/volume | sort")).Should().Be("big\nlog", "no probe is left");
        (await Target.DockerAsync("volume", "inspect", "-f", "{{.Options.device}}", "data")).Should().Be("/srv/shared/volume");
        await Target.DockerAsync("rm", "-f", "counter");
    }

    [Theory]
    [InlineData("live")]
    [InlineData("restart")]
    public async Task What_is_not_shared_is_found_out_before_anything_is_copied(string mode)
    {
        foreach (var host in new[] { Source, Target })
            await host.ShellAsync("mkdir -p /srv/own");
        await Source.DockerAsync("volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=/srv/own", "data");
        await NumberLog.StartAsync(Source, "counter", "-v", "data:/data");
        var (source, target) = (await HostState.CaptureAtRestAsync(Source), await HostState.CaptureAtRestAsync(Target));

        var result = (await MigrateAsync("counter", "--volume", "data=shared", "--mode", mode)).ShouldEndWith(4);

        result.Complaints.Should().ContainSingle().Which.Should().Contain("Volume data is not shared");
        await NumberLog.VerifyGoesOnAsync(Source, "counter");
        await HostState.ShouldBecomeAsync(Source, source);
        await HostState.ShouldBecomeAsync(Target, target);
    }

    [Fact]
    public async Task What_is_the_same_on_both_hosts_is_never_copied_onto_itself()
    {
        await using var storage = await SharedStorage.MountAsync("/srv/shared", Source, Target);
        await Source.ShellAsync("mkdir /srv/shared/volume /srv/shared/bind && echo precious | tee /srv/shared/volume/file >/srv/shared/bind/file");
        await Source.DockerAsync("volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=/srv/shared/volume", "data");
        await NumberLog.StartAsync(Source, "counter", "-v", "data:/data", "-v", "/srv/shared/bind:/bind");

        foreach (var skip in new[] { "data=skip", "/data=copy" })
        {
            (await MigrateAsync("counter", "--bind", "copy", "--volume-overwrite", "--volume", skip)).ShouldEndWith(4)
                .Complaints.Should().ContainSingle().Which.Should().Contain("is the same directory on both hosts");
        }

        (await Source.ShellAsync("cat /srv/shared/volume/file /srv/shared/bind/file")).Should().Be("precious\nprecious");
        await NumberLog.VerifyGoesOnAsync(Source, "counter");
    }

    [Theory]
    [InlineData("live")]
    [InlineData("restart")]
    public async Task Mounts_within_mounts_have_each_its_own_content(string mode)
    {
        await Source.ShellAsync("mkdir -p /srv/tree/deep && echo bind >/srv/tree/file");
        await NumberLog.StartAsync(
            Source, "counter", "-v", "outer:/outer", "-v", "inner:/outer/inner", "-v", "/outer/inner/anonymous", "-v", "/srv/tree:/bind", "-v", "within:/bind/deep");
        await SayAsync(Source, "for d in /outer /outer/inner /outer/inner/anonymous /bind/deep; do echo $d >$d/name; done; exec 7</outer/inner/name");

        await MoveAsync("counter", "--bind", "copy", "--mode", mode);

        (await SayAsync(Target, "cat /outer/name /outer/inner/name /outer/inner/anonymous/name /bind/file /bind/deep/name"))
            .Should().Be("/outer\n/outer/inner\n/outer/inner/anonymous\nbind\n/bind/deep");
        (await SayAsync(Target, "ls /outer /bind")).Should().Be("/bind:\ndeep\nfile\n\n/outer:\ninner\nname");
        (await Target.OnAsync("ls", "/var/lib/docker/volumes/outer/_data/inner", "/srv/tree/deep")).Should().NotContain("name", "what is mounted there is another volume's");
    }

    [Theory]
    [InlineData("live")]
    [InlineData("restart")]
    public async Task A_volume_that_is_a_directory_of_the_host_moves_into_that_of_the_target(string mode)
    {
        await Source.ShellAsync("mkdir -p /srv/volume");
        await Source.DockerAsync("volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=/srv/volume", "data");
        await NumberLog.StartAsync(Source, "counter", "-v", "data:/data");
        await SayAsync(Source, "echo content >/data/file");

        await MoveAsync("counter", "--mode", mode);

        (await SayAsync(Target, "cat /data/file")).Should().Be("content");
        (await Target.OnAsync("cat", "/srv/volume/file")).Should().Be("content");
        (await Target.DockerAsync("volume", "inspect", "-f", "{{.Options.o}} {{.Options.type}}", "data")).Should().Be("bind none");
        (await Source.OnAsync("cat", "/srv/volume/file")).Should().Be("content", "the source's stays");
    }

    [Fact]
    public async Task A_volume_in_memory_moves_with_the_running_program()
    {
        await Source.DockerAsync("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=size=8m", "data");
        await Source.StartAsync("counter", "-v", "data:/data", "lab/busybox", "sh", "-c", Writer);
        await NumberLog.WaitForAsync(Source, "counter", 10);

        await MoveAsync("counter");

        await NumberLog.VerifyGoesOnAsync(Target, "counter");
        var written = (await SayAsync(Target, "cat /data/log")).Split('\n');
        written.Should().Equal(Enumerable.Range(0, written.Length).Select(number => $"{number}"));
        (await SayAsync(Target, "grep ' /data ' /proc/self/mounts")).Should().Contain("tmpfs");
    }

    [Fact]
    public async Task A_skipped_volume_is_the_target_s_own()
    {
        await NumberLog.StartAsync(Source, "counter", "-v", "data:/data", "-v", "/anonymous");
        await SayAsync(Source, "echo source >/data/file; echo kept >/anonymous/file");
        await Target.ShellAsync("docker volume create data && echo target >/var/lib/docker/volumes/data/_data/file");

        var result = await MoveAsync("counter", "--volume", "data=skip", "--volume", "/anonymous=skip");

        (await SayAsync(Target, "cat /data/file; ls /anonymous")).Should().Be("target");
        result.Stderr.Should().Contain("volume data is not copied");
        (await Source.OnAsync("sh", "-c", "cat /var/lib/docker/volumes/*/_data/file | sort")).Should().Be("kept\nsource", "what was not copied stays");
    }

    [Theory]
    [InlineData("live")]
    [InlineData("restart")]
    public async Task A_bind_mount_can_come_from_another_path_of_the_target(string mode)
    {
        await Source.ShellAsync("mkdir -p /srv/here/sub && echo 'of the source' >/srv/here/sub/file && echo one >/srv/single");
        await Target.ShellAsync("mkdir -p /srv/there/sub && echo 'of the target' >/srv/there/sub/file && echo two >/srv/other");
        // A file in it is open, and the working directory is there.
        await Source.StartAsync("counter", "-v", "/srv/here:/data", "-v", "/srv/single:/single:ro", "-w", "/data/sub", "lab/busybox", "sh", "-c", "exec 7</data/sub/file; " + NumberLog.Script);
        await NumberLog.WaitForAsync(Source, "counter", 10);

        var result = await MoveAsync("counter", "--bind", "/data=/srv/there", "--bind", "/srv/single=/srv/other", "--mode", mode);

        (await SayAsync(Target, "cat /data/sub/file /single && cat /proc/1/fd/7 && readlink /proc/1/cwd")).Should().Be("of the target\ntwo\nof the target\n/data/sub");
        // Docker gives them in any order.
        (await Target.DockerAsync("inspect", "-f", "{{range .HostConfig.Binds}}{{println .}}{{end}}", "counter")).Split('\n').Should().BeEquivalentTo("/srv/there:/data", "/srv/other:/single:ro");
        result.Stderr.Should().Contain("/data will be the target's own /srv/there");
        await NumberLog.VerifyRestartsAsync(Target, "counter", mode == "live" ? 1 : 2);
        if (mode == "live")
            await Aftermath.VerifyCyclesAsync(Target, "counter");
    }

    [Fact]
    public async Task A_volume_that_another_writes_to_moves_only_by_force_and_the_other_goes_on()
    {
        await Source.StartAsync("other", "-v", "data:/data", "lab/busybox", "sh", "-c", Writer.Replace("echo $i;", "", StringComparison.Ordinal));
        await NumberLog.StartAsync(Source, "counter", "-v", "data:/data");

        (await MigrateAsync("counter")).ShouldEndWith(3).Complaints.Should().ContainSingle().Which.Should().MatchRegex("also used by other.*--force");
        var result = await MoveAsync("counter", "--force");

        result.Warnings.Should().Contain(warning => warning.Contains("also used by other"));
        await NumberLog.VerifyGoesOnAsync(Target, "counter");
        var copied = (await SayAsync(Target, "cat /data/log")).Split('\n');
        copied.Should().Equal(Enumerable.Range(0, copied.Length).Select(number => $"{number}"));
        (await Source.InspectAsync("other")).Should().Match<DockerMigrator.Docker.Containers.ContainerInspect>(other => other.IsRunning && !other.IsPaused);
        var lines = await Source.DockerAsync("exec", "other", "wc", "-l", "/data/log");
        await Eventually.IsTrueAsync("the other goes on writing", async () => await Source.DockerAsync("exec", "other", "wc", "-l", "/data/log") != lines);
    }

    private static Task<string> SayAsync(LabHost host, string script) => host.DockerAsync("exec", "counter", "sh", "-c", script);
}
