using DockerMigrator.Native.Processes;

namespace DockerMigrator.Tests.Native.Processes;

public sealed class CommandTests
{
    [Fact]
    public async Task What_a_program_writes_and_its_exit_status_come_back()
    {
        var result = await (Command.Of("sh", "-c", "cat; echo words >&2; exit 7") with { Input = "in" }).RunAsync();

        result.Should().Be(new CommandResult(7, "in", "words\n"));
        result.LastWords.Should().Be("words");
    }

    [Fact]
    public async Task A_cancelled_program_is_gone_when_the_call_returns()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var run = () => Command.Of("sleep", "60").RunAsync(soon.Token);

        await run.Should().ThrowAsync<OperationCanceledException>();
    }
}
