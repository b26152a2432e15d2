using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Memory;

/// <summary>CRIU is kept from dumping memory that was sent, one way or the other, and what it wrote tells whether it was.</summary>
[Trait("Area", "Memory")]
public sealed class PageFilterTests(Hosts hosts) : MigrationTest(hosts)
{
    private const string Name = "hog";

    // As a static CRIU would, or one behind a wrapper that cleans the environment.
    private const string TakesNoFilter = "unset DOCKER_MIGRATOR_HIDDEN_PAGES";

    private const long Mebibyte = 1 << 20;

    [Fact]
    public async Task The_dump_of_a_large_container_is_small()
    {
        var result = await MoveHogAsync();

        MemoryReport.Of(result).Dump.Should().Be("page-filter");
        CheckpointBytes(result).Should().BeLessThan(16 * Mebibyte);
        result.Warnings.Should().BeEmpty();
    }

    [Fact]
    public async Task So_it_is_where_CRIU_takes_no_page_filter()
    {
        await using var wrapper = await WrappedCriu.InstallAsync(Source, TakesNoFilter);

        var result = await MoveHogAsync();

        MemoryReport.Of(result).Dump.Should().Be("lazy-pages");
        CheckpointBytes(result).Should().BeLessThan(16 * Mebibyte);
        result.Warnings.Should().BeEmpty();
    }

    [Theory]
    [InlineData("tree")]
    [InlineData("forks")]
    [InlineData("churn")]
    [InlineData("remap")]
    [InlineData("locked")]
    [InlineData("shared")]
    [InlineData("exec")]
    [InlineData("zero")]
    public async Task And_no_byte_is_wrong_then(string mode)
    {
        await using var wrapper = await WrappedCriu.InstallAsync(Source, TakesNoFilter);
        await Memzoo.StartAsync(Source, "zoo", mode);
        var processes = await Memzoo.ProcessesAsync(Source, "zoo");

        MemoryReport.Of(await MoveAsync("zoo")).Dump.Should().Be("lazy-pages");

        await Memzoo.VerifyGoesOnAsync(Target, "zoo");
        (await Memzoo.ProcessesAsync(Target, "zoo")).Should().Equal(processes);
    }

    [Fact]
    public async Task What_no_tracker_looks_after_is_then_sent_after_the_dump()
    {
        await using var wrapper = await WrappedCriu.InstallAsync(Source, TakesNoFilter);
        await Source.StartAsync("direct", PythonProgram.Command("direct"));
        await VerifiedMemory.WaitForAsync(Source, "direct", 1);

        var result = await MoveAsync("direct");

        var memory = MemoryReport.Of(result);
        memory.Dump.Should().Be("lazy-pages");
        memory.DirtyBytes[^1].Should().BeGreaterThanOrEqualTo(64 * Mebibyte);
        CheckpointBytes(result).Should().BeLessThan(16 * Mebibyte);
        await VerifiedMemory.VerifyGoesOnAsync(Target, "direct");
    }

    [Fact]
    public async Task A_filter_that_is_lost_only_in_the_dump_costs_time_and_no_page()
    {
        // "swrk" is how runc starts it.
        await using var wrapper = await WrappedCriu.InstallAsync(Source, $"[ \"$1\" != swrk ] || {TakesNoFilter}");

        var result = await MoveHogAsync();

        MemoryReport.Of(result).Dump.Should().Be("full");
        CheckpointBytes(result).Should().BeGreaterThanOrEqualTo(128 * Mebibyte);
        result.Warnings.Should().ContainSingle().Which.Should().Contain("left out no memory");
    }

    [Fact]
    public async Task Where_CRIU_can_leave_out_nothing_memory_is_sent_once()
    {
        await using var wrapper = await WrappedCriu.InstallAsync(Source, $"{TakesNoFilter}; [ \"$*\" != 'check --feature uffd-noncoop' ] || exit 1");

        var result = await MoveHogAsync();

        result.Report["memory"].Should().BeNull();
        CheckpointBytes(result).Should().BeGreaterThanOrEqualTo(128 * Mebibyte);
        result.Warnings.Should().ContainSingle().Which.Should().Contain("takes no page filter");
    }

    [Fact]
    public async Task If_that_dump_fails_at_its_end_the_container_stays()
    {
        // All is written by then, and CRIU's code is still in the processes.
        await using var wrapper = await WrappedCriu.InstallAsync(Source, $"{TakesNoFilter}; [ \"$1\" != swrk ] || sed -i 's/^ps-socket .*/ps-socket 499/' $CRIU_CONFIG_FILE");
        await StartHogAsync();
        var target = await HostState.CaptureAtRestAsync(Target);

        var result = (await MigrateAsync(Name)).ShouldEndWith(4);

        result.Complaints.Should().ContainSingle().Which.Should().Contain("cannot be dumped").And.Contain("runs on " + Source.Name);
        await VerifiedMemory.VerifyGoesOnAsync(Source, Name);
        await HostState.ShouldBecomeAsync(Target, target);
    }

    private async Task StartHogAsync()
    {
        await Source.StartAsync(Name, "lab/memhog", "128", "20", "--verify");
        await VerifiedMemory.WaitForAsync(Source, Name, 1);
    }

    private async Task<MigrationResult> MoveHogAsync()
    {
        await StartHogAsync();
        var result = await MoveAsync(Name);
        await VerifiedMemory.VerifyGoesOnAsync(Target, Name);
        return result;
    }

    private static long CheckpointBytes(MigrationResult result) => result.Report["bytes"]!["checkpoint"]!.GetValue<long>();
}
