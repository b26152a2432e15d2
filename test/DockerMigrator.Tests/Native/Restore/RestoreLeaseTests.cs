using System.Diagnostics;
using DockerMigrator.Native.Restore;

namespace DockerMigrator.Tests.Native.Restore;

public sealed class RestoreLeaseTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("lease-").FullName;

    private string LeasePath => $"{_directory}/lease";

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_missing_lease_is_held_by_nobody() => RestoreLease.IsHeld(LeasePath).Should().BeFalse();

    [Fact]
    public void A_lease_is_held_until_it_is_given_back()
    {
        using (RestoreLease.Acquire(LeasePath))
            RestoreLease.IsHeld(LeasePath).Should().BeTrue();

        RestoreLease.IsHeld(LeasePath).Should().BeFalse();
    }

    [Fact]
    public void A_killed_holder_holds_nothing()
    {
        using var holder = Process.Start(new ProcessStartInfo("flock", ["--no-fork", LeasePath, "sleep", "60"]))!;
        SpinWait.SpinUntil(() => RestoreLease.IsHeld(LeasePath), TimeSpan.FromSeconds(10)).Should().BeTrue();

        holder.Kill();
        holder.WaitForExit();

        RestoreLease.IsHeld(LeasePath).Should().BeFalse();
    }

    [Fact]
    public void Programs_that_the_holder_starts_do_not_inherit_the_lease()
    {
        Process child;
        using (RestoreLease.Acquire(LeasePath))
            child = Process.Start("sleep", "60");
        using (child)
        {
            RestoreLease.IsHeld(LeasePath).Should().BeFalse();
            child.Kill();
            child.WaitForExit();
        }
    }
}
