using System.Formats.Tar;
using CsCheck;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Images.Archives;

namespace DockerMigrator.Tests.Docker.Images.Archives;

public sealed class PartialArchiveTests
{
    private static readonly Gen<(string Name, byte[] Content, TarEntryFormat Format)> File = Gen.Select(
        Gen.OneOf(Gen.String[Gen.Char['a', 'z'], 1, 30], Gen.String[Gen.Char['a', 'z'], 90, 300].Select(name => name.Insert(45, "/")), Gen.Const("blobs/sha256/ü\u2603")),
        Gen.Byte.Array[0, 3000],
        Gen.Int[(int)TarEntryFormat.Ustar, (int)TarEntryFormat.Gnu].Select(format => (TarEntryFormat)format));

    [Fact]
    public Task What_is_left_out_and_put_back_makes_the_same_archive_but_for_the_order() =>
        Gen.Select(File.List[1, 12], Gen.UInt).SampleAsync(async (list, which) =>
        {
            var files = list.Where(file => file.Format != TarEntryFormat.Ustar || file.Name.Length < 90).DistinctBy(file => file.Name).ToList();
            files.Add(("last.", [1], TarEntryFormat.Ustar));
            var archive = Write(files);
            // Docker's own names of layers are short.
            var leftOut = files.Where((file, i) => (which >> i & 1) == 1 && file.Name.Length < 90).Select(file => file.Name).ToHashSet();
            using var result = new MemoryStream();

            await PartialArchive.CopyAsync(new MemoryStream(archive), leftOut, result, CancellationToken.None);
            var withoutThem = result.Length;
            var wanted = leftOut.ToDictionary(name => name);
            await PartialArchive.PickAsync(new MemoryStream(archive), wanted, result, CancellationToken.None);
            await PartialArchive.EndAsync(result, CancellationToken.None);

            wanted.Should().BeEmpty();
            withoutThem.Should().BeLessThanOrEqualTo(archive.Length - files.Where(file => leftOut.Contains(file.Name)).Sum(file => 512 + file.Content.Length));
            Read(result.ToArray()).Should().BeEquivalentTo(files.ToDictionary(file => file.Name, file => file.Content));
        }, iter: 300);

    [Fact]
    public async Task An_archive_that_breaks_off_or_is_none_is_refused()
    {
        var archive = Write([("one", new byte[1000], TarEntryFormat.Pax), ("two", new byte[1000], TarEntryFormat.Gnu)]);
        for (var length = 0; length < archive.Length - 1024; length += 100)
        {
            var copy = () => PartialArchive.CopyAsync(new MemoryStream(archive, 0, length), new HashSet<string>(), Stream.Null, CancellationToken.None);
            await copy.Should().ThrowAsync<DockerException>().WithMessage("*broke off*");
        }

        var other = () => PartialArchive.CopyAsync(new MemoryStream(new byte[] { 1, 2, 3 }.Concat(archive).ToArray()), new HashSet<string>(), Stream.Null, CancellationToken.None);
        await other.Should().ThrowAsync<DockerException>().WithMessage("*damaged*");
    }

    [Theory]
    [InlineData(0)]
    [InlineData((1L << 33) - 1)]
    [InlineData(1L << 33)]
    [InlineData(long.MaxValue)]
    public void Sizes_of_any_length_are_written_and_read(long size) =>
        TarBlock.Read(TarBlock.Write("blobs/sha256/x", size)).Should().Be(new TarBlock("blobs/sha256/x", size, (byte)'0'));

    [Fact]
    public async Task Manifest_and_configuration_tell_the_names_of_layers()
    {
        var archive = Write(
        [
            ("1/layer.tar", new byte[5000], TarEntryFormat.Ustar),
            ("2/layer.tar", new byte[7000], TarEntryFormat.Ustar),
            ("mine.json", """{"rootfs":{"diff_ids":["sha256:b","sha256:a","sha256:b"]}}"""u8.ToArray(), TarEntryFormat.Ustar),
            ("other.json", """{"rootfs":{"diff_ids":["sha256:c","sha256:d","sha256:e"]}}"""u8.ToArray(), TarEntryFormat.Ustar),
            ("broken.json", "{"u8.ToArray(), TarEntryFormat.Ustar),
            ("manifest.json", """[{"Config":"other.json","Layers":["1/layer.tar","2/layer.tar","1/layer.tar"]},{"Config":"mine.json","Layers":["1/layer.tar","2/layer.tar","linked/layer.tar"]}]"""u8.ToArray(), TarEntryFormat.Ustar),
        ]);

        var names = await LayerNames.ReadAsync(new MemoryStream(archive), ["sha256:b", "sha256:a", "sha256:b"], CancellationToken.None);

        names.Should().BeEquivalentTo(new Dictionary<string, string> { ["1/layer.tar"] = "sha256:b", ["2/layer.tar"] = "sha256:a" });
    }

    private static byte[] Write(IEnumerable<(string Name, byte[] Content, TarEntryFormat Format)> files)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, leaveOpen: true))
        {
            foreach (var (name, content, format) in files)
            {
                System.Formats.Tar.TarEntry entry = format switch
                {
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, name),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, name),
                    _ => new PaxTarEntry(TarEntryType.RegularFile, name),
                };
                entry.DataStream = new MemoryStream(content);
                writer.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }

    private static Dictionary<string, byte[]> Read(byte[] archive)
    {
        using var reader = new System.Formats.Tar.TarReader(new MemoryStream(archive));
        var files = new Dictionary<string, byte[]>();
        while (reader.GetNextEntry() is { } entry)
        {
            using var content = new MemoryStream();
            entry.DataStream?.CopyTo(content);
            files.Add(entry.Name, content.ToArray());
        }

        return files;
    }
}
