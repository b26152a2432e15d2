using CsCheck;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Images;

namespace DockerMigrator.Tests.Criu.Images;

public sealed class ImageStreamTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("image-stream-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Files_arrive_as_they_were_and_the_stream_ends_by_itself()
    {
        var source = Make("source");
        byte[] large = new byte[(3 << 20) + 17];
        new Random(1).NextBytes(large);
        await File.WriteAllBytesAsync(Path.Combine(source, "pages-1.img"), large);
        await File.WriteAllBytesAsync(Path.Combine(source, "empty.img"), []);
        await File.WriteAllTextAsync(Path.Combine(source, "descriptors.json"), "[]");
        using var stream = new MemoryStream();
        var sent = await ImageStream.SendAsync(source, stream);
        sent.Should().Be(stream.Length);
        stream.Write("next"u8);
        stream.Position = 0;

        var files = await ImageStream.ReceiveAsync(stream, Make("target"), large.Length + 2);

        stream.Position.Should().Be(sent);
        files.Select(file => file.Name).Should().Equal("descriptors.json", "empty.img", "pages-1.img");
        (await File.ReadAllBytesAsync(Path.Combine(_directory, "target", "pages-1.img"))).Should().Equal(large);
        new FileInfo(Path.Combine(_directory, "target", "empty.img")).Length.Should().Be(0);
    }

    [Fact]
    public async Task Any_flipped_bit_and_any_cut_is_noticed()
    {
        var bytes = await Encode(("a.img", "some image"), ("b.img", "another"));
        var next = 0;
        await Gen.Select(Gen.Int[0, bytes.Length - 1], Gen.Int[0, 7]).SampleAsync(async (position, bit) =>
        {
            var damaged = bytes.ToArray();
            damaged[position] ^= (byte)(1 << bit);
            var act = () => Decode(damaged, Make($"t{Interlocked.Increment(ref next)}"));
            await act.Should().ThrowAsync<CriuException>();
        }, iter: 200);
        for (var length = 0; length < bytes.Length; length++)
        {
            var act = () => Decode(bytes[..length], Make($"c{length}"));
            await act.Should().ThrowAsync<CriuException>();
        }
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("a\0")]
    public async Task A_name_that_leads_out_of_the_directory_is_refused(string name)
    {
        byte[] bytes = [.. "DMIG"u8, 1, 1, (byte)name.Length, .. System.Text.Encoding.ASCII.GetBytes(name), 0, 0, 0, 0, 0, 0, 0, 0];
        var act = () => Decode(bytes, Make("target"));

        await act.Should().ThrowAsync<CriuException>();
        Directory.EnumerateFileSystemEntries(_directory).Should().ContainSingle();
    }

    [Fact]
    public async Task More_than_was_announced_and_a_negative_length_are_refused()
    {
        var bytes = await Encode(("a.img", "0123456789"));
        var tooMuch = async () => await ImageStream.ReceiveAsync(new MemoryStream(bytes), Make("t1"), 9);
        await tooMuch.Should().ThrowAsync<CriuException>();
        byte[] negative = [.. "DMIG"u8, 1, 1, 1, (byte)'a', .. BitConverter.GetBytes(-1L)];
        var act = () => Decode(negative, Make("t2"));
        await act.Should().ThrowAsync<CriuException>();
    }

    [Fact]
    public async Task A_link_in_the_image_directory_is_not_sent()
    {
        var source = Make("source");
        File.CreateSymbolicLink(Path.Combine(source, "parent"), "/etc");
        var act = () => ImageStream.SendAsync(source, Stream.Null);

        await act.Should().ThrowAsync<CriuException>();
    }

    private async Task<byte[]> Encode(params (string Name, string Text)[] files)
    {
        var source = Make("encoded");
        foreach (var (name, text) in files)
            await File.WriteAllTextAsync(Path.Combine(source, name), text);
        using var stream = new MemoryStream();
        await ImageStream.SendAsync(source, stream);
        return stream.ToArray();
    }

    private static async Task Decode(byte[] bytes, string directory) =>
        await ImageStream.ReceiveAsync(new MemoryStream(bytes), directory, 1 << 20);

    private string Make(string name) => Directory.CreateDirectory(Path.Combine(_directory, name)).FullName;
}
