using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Hosts;

namespace DockerMigrator.Tests.Docker.Hosts;

public sealed class DaemonConfigTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Everything_else_stays_as_it_is()
    {
        const string Before = """
            {
                "debug": true,
                "labels": ["a=<&ü"],
                "runtimes": { "kata": { "path": "/k", "runtimeArgs": [] } },
                "max-concurrent-downloads": 12345678901234567890
            }
            """;

        var config = DaemonConfig.Parse(Before, "f");
        config.AddRuntime("docker-migrator", "/usr/bin/r").Should().BeTrue();
        config.AddRuntime("docker-migrator", "/usr/bin/r").Should().BeFalse();

        config.ToString().Should().Be("""
            {
                "debug": true,
                "labels": [
                    "a=<&ü"
                ],
                "runtimes": {
                    "kata": {
                        "path": "/k",
                        "runtimeArgs": []
                    },
                    "docker-migrator": {
                        "path": "/usr/bin/r"
                    }
                },
                "max-concurrent-downloads": 12345678901234567890
            }

            """);
    }

    [Fact]
    public void Adding_and_removing_comes_back_to_the_beginning()
    {
        var config = DaemonConfig.Parse("", "f");
        config.AddRuntime("docker-migrator", "/r");
        config.RuntimePath("docker-migrator").Should().Be("/r");

        config.RemoveRuntime("docker-migrator").Should().BeTrue();
        config.RemoveRuntime("docker-migrator").Should().BeFalse();
        config.ToString().Should().Contain("runtimes", "Docker keeps the ones it knows if the key is gone");
        config.TidyUp();
        config.IsEmpty.Should().BeTrue();
    }

    [Theory]
    [InlineData("{ \"a\": ")]
    [InlineData("[]")]
    [InlineData("{} x")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("{\"runtimes\": []}")]
    public void What_is_not_a_configuration_is_refused_with_its_path(string text)
    {
        var parse = () => DaemonConfig.Parse(text, "/etc/docker/daemon.json");

        parse.Should().Throw<DockerException>().Which.Message.Should().Contain("/etc/docker/daemon.json").And.Contain("mend it first");
    }

    [Fact]
    public void A_file_is_made_with_its_directory_and_replaced_with_its_mode()
    {
        var file = new DaemonConfigFile(Path.Combine(_directory, "docker", "daemon.json"));
        file.Read().Should().BeNull();
        file.Backup();
        file.Write("{}");
        File.SetUnixFileMode(file.Path, UnixFileMode.UserRead);

        file.Backup();
        file.Write("{\"a\":1}");

        file.Read().Should().Be("{\"a\":1}");
        File.ReadAllText(file.BackupPath).Should().Be("{}");
        File.GetUnixFileMode(file.Path).Should().Be(UnixFileMode.UserRead);
        Directory.GetFiles(Path.GetDirectoryName(file.Path)!).Should().HaveCount(2);
        file.RemoveBackup();
        file.Write(null);
        Directory.GetFiles(Path.GetDirectoryName(file.Path)!).Should().BeEmpty();
    }

    [Fact]
    public void A_link_stays_a_link()
    {
        var real = Path.Combine(_directory, "real.json");
        var link = Path.Combine(_directory, "daemon.json");
        File.WriteAllText(real, "{}");
        File.CreateSymbolicLink(link, "real.json");

        new DaemonConfigFile(link).Write("{\"a\":1}");

        new FileInfo(link).LinkTarget.Should().Be("real.json");
        File.ReadAllText(real).Should().Be("{\"a\":1}");
    }

    [Theory]
    [InlineData("/etc/docker/daemon.json", "dockerd")]
    [InlineData("/x.json", "dockerd", "--config-file", "/x.json")]
    [InlineData("/x.json", "dockerd", "-H", "fd://", "--config-file=/x.json")]
    public void The_configuration_file_is_the_one_of_the_command_line(string path, params string[] arguments) =>
        new DaemonProcess(1, arguments).ConfigFile.Should().Be(path);

    [Fact]
    public void Runtimes_on_the_command_line_are_seen()
    {
        new DaemonProcess(1, ["dockerd", "--add-runtime", "a=b"]).HasRuntimeFlags.Should().BeTrue();
        new DaemonProcess(1, ["dockerd", "--add-runtime=a=b"]).HasRuntimeFlags.Should().BeTrue();
        new DaemonProcess(1, ["dockerd", "--debug"]).HasRuntimeFlags.Should().BeFalse();
    }
}
