using DockerMigrator.Native.Restore;

namespace DockerMigrator.Tests.Native.Restore;

public sealed class DecisionRegisterTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("decision-").FullName;

    private string RegisterPath => $"{_directory}/decision";

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Nothing_is_decided_at_first() => new DecisionRegister(RegisterPath).Read().Should().BeNull();

    [Fact]
    public void The_first_decision_stays()
    {
        var register = new DecisionRegister(RegisterPath);

        register.TryDecide(Decision.Commit).Should().Be(Decision.Commit);
        register.TryDecide(Decision.Abort).Should().Be(Decision.Commit);

        register.Read().Should().Be(Decision.Commit);
        File.ReadAllText(RegisterPath).Should().Be("commit\n");
        Directory.GetFiles(_directory).Should().ContainSingle("temporary files are removed");
    }

    [Fact]
    public void Of_many_writers_that_race_exactly_one_wins_and_all_obey_it()
    {
        for (var round = 0; round < 50; round++)
        {
            var path = $"{_directory}/decision{round}";
            using var gate = new Barrier(16);
            var seen = new Decision[16];
            var threads = Enumerable.Range(0, 16).Select(writer => new Thread(() =>
            {
                var register = new DecisionRegister(path);
                gate.SignalAndWait();
                seen[writer] = register.TryDecide(writer % 2 == 0 ? Decision.Commit : Decision.Abort);
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());

            seen.Distinct().Should().Equal(new DecisionRegister(path).Read()!.Value);
        }
    }

    [Fact]
    public void A_register_that_says_something_else_is_refused()
    {
        File.WriteAllText(RegisterPath, "comm");

        var read = () => new DecisionRegister(RegisterPath).Read();

        read.Should().Throw<InvalidDataException>().WithMessage("*neither commit nor abort*");
    }

    [Fact]
    public void Without_a_directory_nothing_can_be_decided()
    {
        var decide = () => new DecisionRegister($"{_directory}/missing/decision").TryDecide(Decision.Abort);

        decide.Should().Throw<IOException>();
    }
}
