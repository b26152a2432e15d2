using DockerMigrator.Criu.Probe;

namespace DockerMigrator.Tests.Criu.Probe;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class CriuProbeTests
{
    [Theory]
    [InlineData("Version: 4.2.1\n", "4.2.1")]
    [InlineData("Version: 4.2\nGitID: v4.2\n", "4.2")]
    [InlineData("criu: not found", null)]
    public void The_version_is_read(string text, string? version) => CriuProbe.ParseVersion(text).Should().Be(version);

    [Theory]
    [InlineData("4.2.1", "4.2.1")]
    [InlineData("3.17.1-rc2", "3.17.1")]
    [InlineData("4", "4.0")]
    [InlineData("git", null)]
    public void Versions_compare_as_numbers(string version, string? number) => CriuProbe.ParseNumber(version)?.ToString().Should().Be(number);

    [Fact]
    public async Task A_missing_CRIU_is_told_in_a_sentence()
    {
        var result = await CriuProbe.RunAsync("criu-that-is-not-there");

        result.CanDump.Should().BeFalse();
        result.Problem.Should().StartWith("CRIU is not installed");
    }

    [Fact]
    public async Task A_CRIU_that_fails_is_quoted_and_leaves_nothing_behind()
    {
        var directory = Directory.CreateTempSubdirectory("fake-criu-").FullName;
        try
        {
            // The words of Debian 12's CRIU on a kernel that is too new for it.
            var path = Path.Combine(directory, "criu");
            await File.WriteAllTextAsync(path, """
                #!/bin/sh
                case $1 in --version) echo "Version: 3.17.1"; exit 0;; check) echo "Looks good." >&2; exit 0;; esac
                while [ $# -gt 1 ]; do case $1 in --images-dir) d=$2;; --log-file) l=$2;; --tree) echo $2 > "${0%/*}/pid";; esac; shift; done
                echo "(00.001) Error (criu/vdso.c:652): vdso: Not all vdso symbols found" > "$d/$l"
                exit 1

                """);
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

            var result = await CriuProbe.RunAsync(path);

            result.CanDump.Should().BeFalse();
            result.Problem.Should().Be("CRIU 3.17.1 cannot dump a process with a network socket on this host. CRIU says: vdso: Not all vdso symbols found.");
            result.CheckWords.Should().Be("Looks good.");
            var pid = (await File.ReadAllTextAsync(Path.Combine(directory, "pid"))).Trim();
            Directory.Exists($"/proc/{pid}").Should().BeFalse();
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
