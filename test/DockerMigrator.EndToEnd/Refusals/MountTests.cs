using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Refusals;

/// <summary>What the user says of volumes and bind mounts does not fit what there is.</summary>
public sealed class MountTests(Hosts hosts) : RefusalTest(hosts)
{
    [Fact]
    public async Task Names_that_the_container_does_not_have()
    {
        await StartAsync("-v", "data:/data");
        await RefuseAsync("no volume dat .*its volumes are data \\(at /data\\)", options: ["--volume", "dat=skip"]);
        await RefuseAsync("no bind mount /srv/x .*it has no bind mounts", options: ["--bind", "/srv/x=/srv/y"]);
    }

    [Theory]
    [InlineData("skip", "/srv/here")]
    [InlineData("/srv/there", "/srv/there")]
    public async Task A_path_that_the_target_does_not_have(string choice, string missing)
    {
        await Source.OnAsync("mkdir", "-p", "/srv/here");
        await StartAsync("-v", "/srv/here:/data");
        await RefuseAsync($"mounts {missing} of the host, which the target does not have", options: ["--bind", $"/data={choice}"]);
    }

    [Fact]
    public async Task A_volume_s_directory_that_the_target_does_not_have()
    {
        await Source.ShellAsync("mkdir -p /srv/volume && docker volume create -o type=none -o o=bind -o device=/srv/volume data");
        await StartAsync("-v", "data:/data");
        await RefuseAsync("/srv/volume of the host, which is not here", options: ["--volume", "data=skip"]);
    }
}
