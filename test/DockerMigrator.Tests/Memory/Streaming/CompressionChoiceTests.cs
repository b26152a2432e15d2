using DockerMigrator.Memory.Streaming;

namespace DockerMigrator.Tests.Memory.Streaming;

public sealed class CompressionChoiceTests
{
    private const int Piece = 1 << 20;

    [Theory]
    [InlineData(100, 300, 0.4, true)] // 1 Gbit/s, and memory that compresses well
    [InlineData(100, 300, 0.95, false)] // … and memory that does not
    [InlineData(1000, 300, 0.4, false)] // 10 Gbit/s
    public void It_compresses_where_that_saves_time(double linkMegabytes, double packMegabytes, double ratio, bool expected)
    {
        var choice = new CompressionChoice();
        var packed = 0;
        for (var i = 0; i < 1000; i++)
        {
            var bytes = Piece;
            if (choice.Next())
            {
                packed++;
                bytes = (int)(Piece * ratio);
                choice.Packed(Piece, bytes, TimeSpan.FromSeconds(Piece / (packMegabytes * 1e6)));
            }

            choice.Sent(bytes, TimeSpan.FromSeconds(bytes / (linkMegabytes * 1e6)));
        }

        (packed > 900).Should().Be(expected);
        packed.Should().BeGreaterThan(20, "it looks again now and then");
    }

    [Fact]
    public void It_finds_out_when_memory_becomes_compressible()
    {
        var choice = new CompressionChoice();
        var packed = 0;
        for (var i = 0; i < 2000; i++)
        {
            var ratio = i < 1000 ? 1.0 : 0.3;
            var bytes = Piece;
            if (choice.Next())
            {
                packed += i > 1500 ? 1 : 0;
                bytes = (int)(Piece * ratio);
                choice.Packed(Piece, bytes, TimeSpan.FromSeconds(Piece / 300e6));
            }

            choice.Sent(bytes, TimeSpan.FromSeconds(bytes / 100e6));
        }

        packed.Should().BeGreaterThan(400);
    }
}
