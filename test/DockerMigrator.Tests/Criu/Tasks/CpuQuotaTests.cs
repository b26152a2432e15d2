using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Mounts;

namespace DockerMigrator.Tests.Criu.Tasks;

public sealed class CpuQuotaTests : IDisposable
{
    private readonly string? _directory = MountTable.Own()
        .Where(mount => mount.FileSystem == "cgroup" && mount.Options.Contains("cpu"))
        .Select(mount => Path.Combine(mount.MountPoint, $"docker-migrator-test-{Environment.ProcessId}"))
        .FirstOrDefault();

    public CpuQuotaTests()
    {
        Assert.SkipWhen(_directory is null, "this machine has no cgroup v1 hierarchy that limits processor time");
        Directory.CreateDirectory(_directory);
    }

    public void Dispose()
    {
        if (_directory is not null)
            Directory.Delete(_directory);
    }

    [Theory]
    [InlineData("max 100000")]
    [InlineData("150000 50000")]
    public void A_limit_is_put_back_as_it_was(string limit)
    {
        var quota = CpuQuota.TryOpen(_directory!)!;
        quota.Restore(limit);

        quota.Limit(0.25);
        quota.Read().Should().Be("25000 100000");
        quota.Restore(limit);

        quota.Read().Should().Be(limit);
    }

    [Fact]
    public void A_journal_that_was_tampered_with_sets_no_limit()
    {
        var restore = () => CpuQuota.TryOpen(_directory!)!.Restore("all of it");

        restore.Should().Throw<CriuException>();
    }

    [Fact]
    public void Where_nothing_limits_there_is_no_quota() => CpuQuota.TryOpen("/proc").Should().BeNull();
}
