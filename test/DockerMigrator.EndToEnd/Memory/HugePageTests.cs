using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Memory;

/// <summary>
/// Where the kernel uses huge pages without being asked, one page that is restored at once (that under a stack pointer is) must not bring
/// zeros in the place of those that come later.
/// </summary>
[Trait("Area", "Memory")]
public sealed class HugePageTests(Hosts hosts) : MigrationTest(hosts)
{
    [Theory]
    [InlineData("stack")]
    [InlineData("threads")]
    [InlineData("tree")]
    public async Task Memory_comes_whole_where_huge_pages_are_always_used(string mode)
    {
        using var hugePages = HugePages.Always();
        await Memzoo.StartAsync(Source, "zoo", mode);

        await MoveAsync("zoo");

        await Memzoo.VerifyGoesOnAsync(Target, "zoo");
        var status = await Target.ShellAsync("cat /proc/$(docker inspect -f '{{.State.Pid}}' zoo)/status");
        status.Should().MatchRegex(@"THP_enabled:\s+1\n", "huge pages are off for the restore only");
    }

    [Fact]
    public async Task Threads_and_children_go_on_where_huge_pages_are_always_used()
    {
        using var hugePages = HugePages.Always();
        await Source.StartAsync("family", PythonProgram.Command("family"));
        await NumberLog.WaitForAsync(Source, "family", 50);

        await MoveAsync("family");

        await NumberLog.VerifyGoesOnAsync(Target, "family");
    }
}
