using CsCheck;
using DockerMigrator.FileSync.Watching;

namespace DockerMigrator.Tests.FileSync.Watching;

public sealed class InodeFilterTests
{
    [Fact]
    public void What_was_taken_in_is_never_denied() =>
        Gen.ULong.Array[0, 1000].Sample(
            inodes =>
            {
                var filter = new InodeFilter();
                foreach (var inode in inodes)
                    filter.Add(inode);
                inodes.Should().OnlyContain(inode => filter.MayHave(inode));
            },
            iter: 20);

    [Fact]
    public void Of_the_inodes_that_follow_those_of_a_million_files_few_are_taken_for_one_of_them()
    {
        var filter = new InodeFilter();
        for (var inode = 1UL; inode <= 1_000_000; inode++)
            filter.Add(inode);

        var wrong = 0;
        for (var inode = 1_000_001UL; inode <= 1_100_000; inode++)
            wrong += filter.MayHave(inode) ? 1 : 0;

        wrong.Should().BeLessThan(500);
    }
}
