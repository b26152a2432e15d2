using CsCheck;
using DockerMigrator.Protocol.Convergence;

namespace DockerMigrator.Tests.Protocol.Convergence;

public sealed class FilePassPredicateTests
{
    private static readonly ConvergenceLimits Limits = new(TimeSpan.FromMilliseconds(300), MaxRounds: 10);

    [Theory]
    [InlineData(true)]
    [InlineData(false, 200)]
    [InlineData(true, 5000)]
    [InlineData(true, 5000, 2000)]
    [InlineData(false, 5000, 4500)]
    [InlineData(false, 5000, 6000)]
    [InlineData(false, 5000, 2000, 250)]
    public void Passes_go_on_while_they_become_shorter_and_are_too_long(bool another, params int[] milliseconds) =>
        FilePassPredicate.IsAnotherWorthIt([.. milliseconds.Select(time => TimeSpan.FromMilliseconds(time))], Limits).Should().Be(another);

    [Fact]
    public void There_is_at_least_one_and_never_more_than_the_limit() => Gen.Int[0, 100_000].Array[0, 12].Sample(times =>
    {
        IReadOnlyList<TimeSpan> passes = [.. times.Select(time => TimeSpan.FromMilliseconds(time))];
        var another = FilePassPredicate.IsAnotherWorthIt(passes, Limits);
        if (passes.Count == 0)
            another.Should().BeTrue();
        if (passes.Count >= Limits.MaxRounds)
            another.Should().BeFalse();
    });
}
