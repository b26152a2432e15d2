using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Tests.Criu.Tasks;

public sealed class ContainerTasksTests
{
    [Fact]
    public void Exec_sessions_and_their_children_are_foreign_and_the_rest_is_not()
    {
        var tasks = ContainerTasks.Classify(100, [Of(100, 90), Of(101, 100), Of(102, 101), Of(110, 90), Of(111, 110)], pid => [pid]);

        tasks.Foreign.Select(process => process.Pid).Should().Equal(110, 111);
    }

    [Fact]
    public void A_ring_of_parents_from_a_torn_reading_ends()
    {
        var tasks = ContainerTasks.Classify(100, [Of(100, 90), Of(101, 102), Of(102, 101)], _ => []);

        tasks.Foreign.Select(process => process.Pid).Should().Equal(101, 102);
    }

    private static ProcessStatus Of(int pid, int parent) => new(pid, parent, "x", 0, [pid], 1, 0, 'S');
}
