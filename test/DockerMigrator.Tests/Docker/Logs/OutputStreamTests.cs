using System.Text;
using CsCheck;
using DockerMigrator.Docker.Logs;

namespace DockerMigrator.Tests.Docker.Logs;

public sealed class OutputStreamTests
{
    [Fact]
    public async Task Pieces_are_put_together_and_bare_text_stays()
    {
        byte[] framed = [1, 0, 0, 0, 0, 0, 0, 3, .. "ab\n"u8, 2, 0, 0, 0, 0, 0, 0, 2, .. "c\n"u8];

        (await OutputStream.ReadAsync(new MemoryStream(framed))).Should().Be("ab\nc\n");
        (await OutputStream.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes("bare\n")))).Should().Be("bare\n");
    }

    [Fact]
    public void A_length_that_overflows_ends_with_what_is_there() =>
        OutputStream.Unframe([1, 0, 0, 0, 255, 255, 255, 255, (byte)'x']).Should().Equal("x"u8.ToArray());

    [Fact]
    public void No_bytes_bring_it_down() => Gen.Byte.Array[0, 100].Sample(bytes => OutputStream.Unframe(bytes).Length <= bytes.Length);
}
