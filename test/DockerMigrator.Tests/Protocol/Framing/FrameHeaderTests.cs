using CsCheck;
using DockerMigrator.Protocol.Framing;

namespace DockerMigrator.Tests.Protocol.Framing;

public sealed class FrameHeaderTests
{
    [Fact]
    public void A_header_reads_back_as_it_was_written() =>
        Gen.Select(Gen.OneOf(Gen.Const(FrameType.Message), Gen.Const(FrameType.Data)), Gen.Int[0, FrameHeader.MaxData]).Sample((type, length) =>
        {
            var bytes = new byte[FrameHeader.Size];
            var header = new FrameHeader(type, length);
            header.Write(bytes);
            FrameHeader.Read(bytes).Should().Be(header);
        });

    [Fact]
    public void Any_five_bytes_give_a_header_within_the_limits_or_a_sentence() =>
        Gen.Byte.Array[FrameHeader.Size].Sample(bytes =>
        {
            try
            {
                FrameHeader.Read(bytes).Length.Should().BeInRange(0, FrameHeader.MaxPayload);
            }
            catch (FramingException e)
            {
                e.Message.Should().EndWith(".");
            }
        });

    [Theory]
    [InlineData(0, "unknown type")]
    [InlineData((byte)FrameType.Alive, "at most 0")]
    [InlineData((byte)FrameType.Data, "at most 262144")]
    public void What_no_frame_can_be_is_rejected(byte type, string why)
    {
        var read = () => FrameHeader.Read([0xff, 0xff, 0xff, 0x00, type]);

        read.Should().Throw<FramingException>().WithMessage($"*{why}*");
    }
}
