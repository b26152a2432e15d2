using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Images;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Mounts;

namespace DockerMigrator.Tests.Criu.Images;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ImageMemoryTests : IDisposable
{
    private readonly string _base = Directory.CreateTempSubdirectory("image-memory-").FullName;

    public void Dispose()
    {
        foreach (var name in ImageMemory.FindAll(_base))
            ImageMemory.Remove(name, _base);
        Directory.Delete(_base);
    }

    [Fact]
    public void It_is_a_private_tmpfs_of_the_given_size_that_is_gone_after_disposal()
    {
        using (var memory = ImageMemory.Create("m1", 1 << 20, _base))
        {
            MountTable.Own().Should().ContainSingle(mount => mount.MountPoint == memory.MountPoint).Which.FileSystem.Should().Be("tmpfs");
            File.GetUnixFileMode(memory.MountPoint).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.WriteAllBytes(Path.Combine(memory.MountPoint, "fits"), new byte[1 << 19]);
            var tooMuch = () => File.WriteAllBytes(Path.Combine(memory.MountPoint, "large"), new byte[1 << 20]);
            tooMuch.Should().Throw<IOException>();
            var again = () => ImageMemory.Create("m1", 1 << 20, _base);
            again.Should().Throw<CriuException>();
            File.Exists(Path.Combine(memory.MountPoint, "fits")).Should().BeTrue();
        }

        Directory.Exists(Path.Combine(_base, "m1")).Should().BeFalse();
    }

    [Fact]
    public void What_a_killed_process_left_behind_is_found_and_removed()
    {
        var leftover = ImageMemory.Create("left", 1 << 20, _base);
        File.WriteAllText(Path.Combine(leftover.MountPoint, "image"), "x");

        ImageMemory.FindAll(_base).Should().Equal("left");
        ImageMemory.Remove("left", _base);
        ImageMemory.Remove("left", _base);
        ImageMemory.FindAll(_base).Should().BeEmpty();
        MountTable.Own().Should().NotContain(mount => mount.MountPoint == leftover.MountPoint);
    }

    [Fact]
    public void Memory_that_is_not_there_is_refused_in_a_sentence()
    {
        HostMemory.EnsureAvailable(1);
        var act = () => HostMemory.EnsureAvailable(1L << 50);

        act.Should().Throw<CriuException>().WithMessage("Not enough memory on this host*1073741824 MiB are needed*");
    }

    [Fact]
    public void Memory_of_a_process_is_counted_proportionally_where_the_kernel_tells()
    {
        MemoryEstimate.ParseRollup("55c0-7ffc ---p 0 00:00 0 [rollup]\nRss:  14248 kB\nPss_Anon:  2976 kB\nPss_Shmem:  12 kB\nSwapPss:  4 kB\n")
            .Should().Be((2980 << 10, 12 << 10));
        MemoryEstimate.ParseRollup("Rss:  100 kB\nPss:  90 kB\n").Should().Be((100 << 10, 0));
    }
}
