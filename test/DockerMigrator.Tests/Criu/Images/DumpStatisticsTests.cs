using CsCheck;
using DockerMigrator.Criu.Images;

namespace DockerMigrator.Tests.Criu.Images;

public sealed class DumpStatisticsTests
{
    // stats-dump of a dump of a Redis container by CRIU 4.2.1.
    private static readonly byte[] Recorded = Convert.FromHexString(
        "405910550633095723000000" + "0a2108ed0210c9880318c00220392817300038104000480050055805608002680070" + "01");

    [Fact]
    public void Recorded_statistics_are_understood()
    {
        var statistics = DumpStatistics.Parse(Recorded);

        statistics.Should().Be(new DumpStatistics(
            TimeSpan.FromMicroseconds(365), TimeSpan.FromMicroseconds(50249), TimeSpan.FromMicroseconds(320), TimeSpan.FromMicroseconds(57),
            PagesScanned: 23, PagesWritten: 16, PagesLazy: 0, SharedPagesWritten: 1));
    }

    [Fact]
    public void Torn_or_scribbled_statistics_are_refused_cleanly()
    {
        for (var length = 0; length < Recorded.Length; length++)
            Invoking(() => DumpStatistics.Parse(Recorded.AsSpan(0, length))).Should().Throw<InvalidDataException>();
        Gen.Select(Gen.Int[0, Recorded.Length - 1], Gen.Byte).Sample((position, value) =>
        {
            var scribbled = Recorded.ToArray();
            scribbled[position] = value;
            try
            {
                DumpStatistics.Parse(scribbled);
            }
            catch (InvalidDataException)
            {
                // The one way to fail.
            }
        });
    }

    private static Action Invoking(Action action) => action;
}
