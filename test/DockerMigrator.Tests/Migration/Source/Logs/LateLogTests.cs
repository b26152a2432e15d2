using System.Text;
using DockerMigrator.Migration.Source.Logs;

namespace DockerMigrator.Tests.Migration.Source.Logs;

public sealed class LateLogTests
{
    [Fact]
    public void Lines_come_on_one_line() =>
        TextOf("{\"log\":\"1\\n\"}\n{\"log\":\"2\\n\"}\n"u8).Should().Be("{\"log\":\"1\\n\"} {\"log\":\"2\\n\"}");

    [Fact]
    public void More_than_a_message_takes_is_hinted_at() => LateLog.Of("abc"u8, 1000).Should().Be(new LateLog(1000, "abc …"));

    [Fact]
    public void What_is_no_text_is_left_out() => TextOf([0, 0, 0, 9, 10, 1]).Should().BeEmpty();

    [Fact]
    public void A_character_that_was_cut_does_no_harm() => TextOf(Encoding.UTF8.GetBytes("ä").AsSpan(0, 1)).Should().Be("\ufffd");

    private static string TextOf(ReadOnlySpan<byte> bytes) => LateLog.Of(bytes, bytes.Length).Text;
}
