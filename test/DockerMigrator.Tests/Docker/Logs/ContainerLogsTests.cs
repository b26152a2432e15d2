using DockerMigrator.Docker.Logs;

namespace DockerMigrator.Tests.Docker.Logs;

public sealed class ContainerLogsTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Json_files_are_named_after_the_container()
    {
        var container = Recorded.Container("rich", "28.5");
        var created = container.With(json => json["LogPath"] = "");

        ContainerLogs.CurrentFile(container, "/var/lib/docker").Should().Be(container.LogPath);
        ContainerLogs.CurrentFile(created, "/var/lib/docker").Should().Be(container.LogPath);
        ContainerLogs.PathOf(created, "/var/lib/docker", ".2.gz").Should().Be(container.LogPath + ".2.gz");
    }

    [Fact]
    public void The_local_driver_has_a_folder_of_its_own()
    {
        var container = Recorded.Container("tty", "28.5");

        ContainerLogs.CurrentFile(container, "/d").Should().Be($"/d/containers/{container.Id}/local-logs/container.log");
    }

    [Fact]
    public void Other_drivers_have_no_files()
    {
        var container = Recorded.Container("noent", "28.5");

        ContainerLogs.CurrentFile(container, "/d").Should().BeNull();
        ContainerLogs.Files(container, "/d").Should().BeEmpty();
        ContainerLogs.PathOf(container, "/d", "").Should().BeNull();
    }

    [Fact]
    public void The_history_comes_oldest_first_and_nothing_else_with_it()
    {
        var container = Recorded.Container("tty", "28.5");
        var current = ContainerLogs.CurrentFile(container, _root)!;
        Directory.CreateDirectory(Path.GetDirectoryName(current)!);
        foreach (var suffix in new[] { "", ".1", ".2.gz", ".10.gz", ".3.gz.tmp", ".x", ".", ".0" })
            File.WriteAllText(current + suffix, suffix);

        ContainerLogs.Files(container, _root).Select(file => file.Suffix).Should().Equal(".10.gz", ".2.gz", ".1", "");
    }

    [Theory]
    [InlineData("/../../etc/passwd")]
    [InlineData(".1/../x")]
    [InlineData(".gz")]
    [InlineData(".-1")]
    [InlineData(".99999999999")]
    public void A_suffix_from_the_network_leads_nowhere_else(string suffix) =>
        ContainerLogs.PathOf(Recorded.Container("tty", "28.5"), "/d", suffix).Should().BeNull();
}
