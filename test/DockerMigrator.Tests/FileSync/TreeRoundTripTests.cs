using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.Tests.FileSync;

public sealed class TreeRoundTripTests
{
    public static TheoryData<string> Names => [.. NastyTrees.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_nasty_tree_arrives_identical(string tree)
    {
        using var scratch = Scratch.OnDisk();
        scratch.Shell("cd source\n" + NastyTrees.All[tree]);
        using var source = PlainTree.Open(scratch.Source, "the source");

        scratch.Copy(new TreeSender(source), Pass.Final);

        scratch.ShouldBeSame(ManifestOptions.Holes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_nasty_tree_takes_the_place_of_any_other(string tree)
    {
        using var scratch = Scratch.OnDisk();
        scratch.Shell("cd source\n" + NastyTrees.All[tree]);
        foreach (var other in new[] { "plain files of many sizes", "access control lists", "hard links across directories", "protected files", tree })
        {
            scratch.Shell("cd target\n" + NastyTrees.All[other].Replace("../outside", "../other", StringComparison.Ordinal).Replace("ln ../other c/alone", ":", StringComparison.Ordinal));
            using var source = PlainTree.Open(scratch.Source, "the source");

            scratch.Copy(new TreeSender(source), Pass.Final);

            scratch.ShouldBeSame();
            scratch.Shell("chattr -R -f -i -a target || true; find target -mindepth 1 -delete");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_second_pass_over_an_unchanged_tree_sends_nothing(string tree)
    {
        using var scratch = Scratch.OnDisk();
        scratch.Shell("cd source\n" + NastyTrees.All[tree]);
        Scratch.Settle();
        using var source = PlainTree.Open(scratch.Source, "the source");
        var sender = new TreeSender(source);
        scratch.Copy(sender).Unsettled.Should().Be(0);

        scratch.Copy(sender, Pass.Final).Entries.Should().Be(0);

        scratch.ShouldBeSame();
    }

    [Fact]
    public void Access_times_arrive_and_reading_leaves_the_sources_alone()
    {
        using var scratch = Scratch.OnDisk();
        scratch.Shell("cd source; mkdir d; echo x > d/f; ln -s x d/l; touch -a -d '2011-01-01 00:00:00.123456789' d/f d; touch -h -a -d 2012-01-01 d/l");
        var before = scratch.Shell("cd source; stat -c '%n %x' . d d/f d/l");
        using var source = PlainTree.Open(scratch.Source, "the source");

        scratch.Copy(new TreeSender(source), Pass.Final);

        scratch.Shell("cd target; stat -c '%n %x' . d d/f d/l").Should().Be(before);
        // The kernel has no way to read a symbolic link without touching its access time.
        scratch.Shell("cd source; stat -c '%n %x' . d d/f; stat -c '%n %x' ../target/d/l | sed 's:.*/target/::'").Should().Be(before);
    }

    [Fact]
    public void A_tree_of_four_thousand_levels_arrives_and_goes()
    {
        using var scratch = Scratch.OnDisk();
        scratch.Shell("""
            python3 - <<'END'
            import os
            os.chdir('source')
            for i in range(4000):
                os.mkdir('level'); os.chdir('level')
                if i % 500 == 0 or i > 3990: open('f', 'w').write(str(i))
            os.link('f', 'g')
            END
            """);
        using var source = PlainTree.Open(scratch.Source, "the source");
        var sender = new TreeSender(source);

        scratch.Copy(sender, Pass.Final);
        scratch.ShouldBeSame();
        scratch.Shell("rm -rf source/level; touch source/level");
        scratch.Copy(sender, Pass.Final);
        scratch.ShouldBeSame();
    }
}
