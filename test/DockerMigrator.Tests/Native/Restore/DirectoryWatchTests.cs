using System.Diagnostics;
using DockerMigrator.Native.Restore;

namespace DockerMigrator.Tests.Native.Restore;

public sealed class DirectoryWatchTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("watch-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void What_appeared_before_the_wait_ends_it_at_once()
    {
        using var watch = new DirectoryWatch(_directory);
        File.WriteAllText($"{_directory}/file", "");
        var clock = Stopwatch.StartNew();

        watch.Wait(TimeSpan.FromSeconds(30));

        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_file_that_is_renamed_into_the_directory_counts()
    {
        var other = Directory.CreateTempSubdirectory("watch-").FullName;
        File.WriteAllText($"{other}/file", "");
        using var watch = new DirectoryWatch(_directory);
        File.Move($"{other}/file", $"{_directory}/file");
        Directory.Delete(other);
        var clock = Stopwatch.StartNew();

        watch.Wait(TimeSpan.FromSeconds(30));

        clock.Elapsed.Should().BeLessThan(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void If_nothing_appears_the_wait_ends_in_time()
    {
        using var watch = new DirectoryWatch(_directory);
        var clock = Stopwatch.StartNew();

        watch.Wait(TimeSpan.FromMilliseconds(50));

        clock.Elapsed.Should().BeGreaterThan(TimeSpan.FromMilliseconds(30));
    }

    [Fact]
    public void A_directory_that_is_not_there_is_polled()
    {
        using var watch = new DirectoryWatch($"{_directory}/missing");

        watch.Wait(TimeSpan.FromSeconds(30));
    }
}
