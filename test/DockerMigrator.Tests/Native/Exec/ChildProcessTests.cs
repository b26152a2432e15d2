using System.Diagnostics;
using DockerMigrator.Native.Exec;

namespace DockerMigrator.Tests.Native.Exec;

public sealed class ChildProcessTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("child-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Arguments_variables_and_output_reach_their_places()
    {
        var output = $"{_directory}/output";

        var child = ChildProcess.Start("/bin/sh", ["-c", "echo \"$1 $GREETING\"; echo error >&2; exit 7", "sh", "ä b"], new ChildProcessOptions
        {
            OutputFile = output,
            Environment = new Dictionary<string, string> { ["GREETING"] = "grüß" },
        });

        child.Wait().Should().Be(7);
        File.ReadAllText(output).Should().Be("ä b grüß\nerror\n");
    }

    [Fact]
    public void A_signal_is_told_from_an_exit_status()
    {
        var child = ChildProcess.Start("/bin/sleep", ["60"], new ChildProcessOptions());

        child.TryWait().Should().BeNull();
        ChildProcess.Kill(child.Id);

        child.Wait().Should().Be(128 + 9);
    }

    [Fact]
    public void A_child_in_a_session_of_its_own_starts_with_default_signals()
    {
        var output = $"{_directory}/output";

        ChildProcess.Start("/bin/sh", ["-c", "cut -d ' ' -f 1,6 /proc/$$/stat; grep SigIgn /proc/$$/status"], new ChildProcessOptions { NewSession = true, OutputFile = output }).Wait();

        var lines = File.ReadAllLines(output);
        var ids = lines[0].Split(' ');
        ids[0].Should().Be(ids[1], "the session's leader gives it its ID");
        var ignored = Convert.ToUInt64(lines[1].Split('\t')[1], 16);
        (ignored & (1UL << 12)).Should().Be(0, "SIGPIPE must not stay ignored");
    }

    [Fact]
    public void A_program_that_is_not_there_is_named()
    {
        var start = () => ChildProcess.Start($"{_directory}/missing", [], new ChildProcessOptions());

        start.Should().Throw<IOException>().WithMessage("*missing*No such file*");
    }
}
