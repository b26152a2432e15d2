using System.Text.Json.Nodes;
using CsCheck;
using DockerMigrator.Migration.Journals;

namespace DockerMigrator.Tests.Migration.Journals;

public sealed class JournalTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("journal").FullName;

    private string File_ => Path.Combine(_directory, "journal", "source-1.journal");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_journal_is_an_orphan_only_after_its_writer_is_gone()
    {
        using (var journal = Journal.Create(File_))
        {
            journal.Append(JournalSteps.Freeze, new JsonObject { ["container"] = "c" });
            Journal.TryOpenOrphan(File_).Should().BeNull();
        }

        using var orphan = Journal.TryOpenOrphan(File_)!;
        orphan.Find(JournalSteps.Freeze)!.Text("container").Should().Be("c");
    }

    [Fact]
    public void However_a_crash_tears_the_file_whole_records_survive_and_new_ones_can_be_added()
    {
        using (var journal = Journal.Create(File_))
        {
            journal.Append("one");
            journal.Append("two");
        }

        var whole = File.ReadAllBytes(File_);
        var first = Array.IndexOf(whole, (byte)'\n') + 1;
        Gen.Int[0, whole.Length].Sample(
            length =>
            {
                File.WriteAllBytes(File_, whole[..length]);
                using (var torn = Journal.TryOpenOrphan(File_)!)
                {
                    torn.Records.Count.Should().Be(length == whole.Length ? 2 : length >= first ? 1 : 0);
                    torn.Append("three");
                }

                using var again = Journal.TryOpenOrphan(File_)!;
                again.Records[^1].Step.Should().Be("three");
            },
            threads: 1);
    }

    [Fact]
    public void A_line_with_one_changed_character_counts_as_never_written()
    {
        var line = JournalLine.Write(new JournalRecord("commit", []), DateTimeOffset.UnixEpoch).TrimEnd('\n');
        JournalLine.Read(line)!.Step.Should().Be("commit");

        Gen.Int[0, line.Length - 1].Sample(at =>
            JournalLine.Read($"{line[..at]}{(line[at] == '0' ? '1' : '0')}{line[(at + 1)..]}").Should().BeNull());
    }
}
