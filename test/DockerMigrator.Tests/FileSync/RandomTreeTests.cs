using System.Text;
using CsCheck;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Tests.FileSync;

public sealed class RandomTreeTests
{
    [Fact]
    public void Any_tree_arrives_identical_and_so_does_whatever_is_done_to_it_between_passes() =>
        Gen.Select(RandomTree.Operation.List[0, 120], RandomTree.Operation.List[0, 40], RandomTree.Operation.List[0, 10]).Sample(
            (first, second, third) =>
            {
                using var scratch = Scratch.InMemory();
                FileCalls.Open(Encoding.UTF8.GetBytes(scratch.Source), OpenFlags.Directory, out var root).Should().Be(Errno.None);
                using (root)
                {
                    using var source = PlainTree.Open(scratch.Source, "the source", mayBeWatched: false);
                    var sender = new TreeSender(source);
                    foreach (var (operations, pass) in new[] { (first, Pass.Live), (second, Pass.Live), (third, Pass.Final) })
                    {
                        foreach (var operation in operations)
                            RandomTree.Apply(root, operation);
                        scratch.Copy(sender, pass);
                        scratch.ShouldBeSame();
                    }
                }
            },
            iter: 150,
            threads: 2);

    [Fact]
    public void A_settled_tree_is_updated_by_its_changes_alone() =>
        Gen.Select(RandomTree.Operation.List[20, 120], RandomTree.Operation.List[1, 8]).Sample(
            (first, second) =>
            {
                using var scratch = Scratch.InMemory();
                FileCalls.Open(Encoding.UTF8.GetBytes(scratch.Source), OpenFlags.Directory, out var root).Should().Be(Errno.None);
                using (root)
                {
                    foreach (var operation in first)
                        RandomTree.Apply(root, operation);
                    Scratch.Settle();
                    using var source = PlainTree.Open(scratch.Source, "the source", mayBeWatched: false);
                    var sender = new TreeSender(source);
                    scratch.Copy(sender).Unsettled.Should().Be(0);
                    scratch.Copy(sender).Entries.Should().Be(0);
                    foreach (var operation in second)
                        RandomTree.Apply(root, operation);
                    scratch.Copy(sender, Pass.Final);
                    scratch.ShouldBeSame();
                }
            },
            iter: 60,
            threads: 2);
}
