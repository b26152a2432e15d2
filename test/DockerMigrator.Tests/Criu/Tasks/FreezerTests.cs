using System.Diagnostics;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Mounts;

namespace DockerMigrator.Tests.Criu.Tasks;

public sealed class FreezerTests
{
    [Theory]
    [InlineData("cgroup", "freezer")]
    [InlineData("cgroup2", "")]
    public async Task A_frozen_cgroup_stands_still_goes_on_when_thawed_and_dies_without_another_instruction_when_killed(string type, string controller)
    {
        var mount = MountTable.Own().FirstOrDefault(mount => mount.FileSystem == type && (controller.Length == 0 || mount.Options.Contains(controller)));
        Assert.SkipWhen(mount is null, $"this machine has no {type} {controller}");
        var directory = Path.Combine(mount.MountPoint, $"docker-migrator-test-{Environment.ProcessId}");
        var counterFile = Path.GetTempFileName();
        Directory.CreateDirectory(Path.Combine(directory, "below"));
        Freezer freezer = type == "cgroup" ? new FreezerV1(directory) : new FreezerV2(directory);
        using var process = Process.Start("sh", ["-c", $"echo $$ > {directory}/below/cgroup.procs; while :; do echo x >> {counterFile}; done"]);
        try
        {
            await Until(() => new FileInfo(counterFile).Length > 0);
            freezer.ReadProcesses().Should().Equal(process.Id);
            freezer.Invoking(f => f.KillAllFrozen()).Should().Throw<CriuException>();
            freezer.Freeze();
            await freezer.WaitUntilFrozenAsync(TimeSpan.FromSeconds(5));
            var frozenAt = new FileInfo(counterFile).Length;
            await Task.Delay(100);
            new FileInfo(counterFile).Length.Should().Be(frozenAt);
            freezer.Thaw();
            await Until(() => new FileInfo(counterFile).Length > frozenAt);
            freezer.Freeze();
            await freezer.WaitUntilFrozenAsync(TimeSpan.FromSeconds(5));
            frozenAt = new FileInfo(counterFile).Length;
            freezer.KillAllFrozen().Should().Be(1);
            freezer.Thaw();
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5));
            new FileInfo(counterFile).Length.Should().Be(frozenAt);
        }
        finally
        {
            process.Kill();
            freezer.Thaw();
            await process.WaitForExitAsync();
            File.Delete(counterFile);
            await Until(() => TryRemove(Path.Combine(directory, "below")) && TryRemove(directory));
        }
    }

    [Fact]
    public void A_cgroup_that_is_gone_makes_a_sentence()
    {
        var freezer = new FreezerV2("/sys/fs/cgroup/none/such");

        freezer.Invoking(f => f.IsFrozen).Should().Throw<CriuException>().WithMessage("*no longer runs*");
    }

    private static bool TryRemove(string directory)
    {
        try
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task Until(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Stopwatch.GetElapsedTime(start).Should().BeLessThan(TimeSpan.FromSeconds(10));
            await Task.Delay(5);
        }
    }
}
