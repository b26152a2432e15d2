using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Tracking.SoftDirty;
using DockerMigrator.Native.Exec;

namespace DockerMigrator.Tests.Memory.Tracking;

public sealed class FreezeGuardTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("freeze-guard-").FullName;
    private readonly string _received;

    public FreezeGuardTests() => _received = Path.Combine(_directory, "received");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("f", true)]
    [InlineData("ftf", true)]
    [InlineData("", false)]
    [InlineData("ft", false)]
    [InlineData("ftft", false)]
    public void Whoever_dies_while_the_container_stands_still_is_stood_in_for(string orders, bool isThawed)
    {
        var state = Path.Combine(_directory, "freezer.state");
        File.WriteAllText(state, "FROZEN");

        ThawHelper.Serve(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(orders)), Freezer.Of(_directory));

        File.ReadAllText(state).Should().Be(isThawed ? "THAWED" : "FROZEN");
    }

    [Fact]
    public void A_helper_is_told_of_each_freeze_and_ends_with_the_guard()
    {
        int helper;
        using (var guard = new FreezeGuard(["/bin/sh", "-c", $"exec cat >{_received}"]))
        {
            guard.HelperPid.Should().BeNull();
            guard.Arm();
            helper = guard.HelperPid!.Value;
            guard.Disarm();
            guard.Arm();
            guard.HelperPid.Should().Be(helper);
        }

        File.ReadAllText(_received).Should().Be("ftf");
        Directory.Exists($"/proc/{helper}").Should().BeFalse();
    }

    [Fact]
    public void A_helper_that_is_lost_is_replaced()
    {
        using var guard = new FreezeGuard(["/bin/sh", "-c", $"cat >>{_received}"]);
        guard.Arm();
        var lost = guard.HelperPid!.Value;
        ChildProcess.Kill(lost);
        SpinWait.SpinUntil(() => ProcessStatus.Read(lost) is not { IsDead: false }, TimeSpan.FromSeconds(30)).Should().BeTrue();
        guard.Disarm();

        guard.Arm();

        guard.HelperPid.Should().NotBe(lost);
    }
}
