using System.Text;
using DockerMigrator.Docker.Logs;
using DockerMigrator.Migration.Source.Logs;

namespace DockerMigrator.Tests.Migration.Source.Logs;

public sealed class LogMemoryTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("docker-migrator-test.").FullName;
    private readonly LogMemory _memory = new();

    private string Current => Path.Combine(_directory, "x.log");

    [Fact]
    public async Task What_was_appended_is_sent_and_nothing_twice()
    {
        File.WriteAllText(Current, "one\n");
        (await NextAsync()).Should().Be((0L, "one\n"));
        (await NextAsync()).Should().BeNull();
        File.AppendAllText(Current, "two\n");
        (await NextAsync()).Should().Be((4L, "two\n"));
    }

    [Fact]
    public async Task Another_file_of_the_same_name_is_sent_whole()
    {
        File.WriteAllText(Current, "one\n");
        await NextAsync();
        File.Move(Current, Current + ".1");
        File.WriteAllText(Current, "two\nthree\n");
        (await NextAsync()).Should().Be((0L, "two\nthree\n"));
    }

    [Fact]
    public async Task What_comes_after_the_last_pass_is_late_though_the_file_is_removed()
    {
        File.WriteAllText(Current, "one\n");
        await NextAsync();
        _memory.KeepOpen(Current);
        _memory.ReadLate().Should().Be(LateLog.None);

        File.AppendAllText(Current, "two\n");
        File.Delete(Current);

        _memory.ReadLate().Should().Be(new LateLog(4, "two"));
    }

    [Fact]
    public void Nothing_is_late_of_a_log_that_was_never_there()
    {
        _memory.KeepOpen(Current);
        _memory.ReadLate().Should().Be(LateLog.None);
    }

    public void Dispose()
    {
        _memory.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<(long Offset, string Text)?> NextAsync()
    {
        using var part = _memory.Next(new LogFile(Current, ""));
        if (part is null)
            return null;
        using var content = new MemoryStream();
        await part.CopyToAsync(content, CancellationToken.None);
        return (part.Offset, Encoding.UTF8.GetString(content.ToArray()));
    }
}
