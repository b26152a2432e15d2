using System.IO.MemoryMappedFiles;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Tests.Memory.Sharing;

/// <summary>A memfd of this process, which is mapped, too.</summary>
internal sealed unsafe class SharedFile : IDisposable
{
    private readonly AnonymousFile _file;
    private readonly FileStream _stream;
    private readonly MemoryMappedFile _mapped;
    private readonly MemoryMappedViewAccessor _view;

    public SharedFile(int size)
    {
        _file = AnonymousFile.Create("shared-test", []);
        _stream = new FileStream(_file.Path, FileMode.Open, FileAccess.ReadWrite);
        _stream.SetLength(size);
        _mapped = MemoryMappedFile.CreateFromFile(_stream, null, 0, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        _view = _mapped.CreateViewAccessor();
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref Start);
    }

    /// <summary>Where it is mapped.</summary>
    public readonly byte* Start;

    public string Path => _file.Path;

    /// <summary>By write(2).</summary>
    public void Write(long offset, ReadOnlySpan<byte> content) => RandomAccess.Write(_stream.SafeFileHandle, content, offset);

    /// <summary>Through the mapping, up to the end of the last page.</summary>
    public void Touch(long offset, byte value) => Start[offset] = value;

    /// <summary>Gives pages back.</summary>
    public void PunchHole(long offset, long length)
    {
        FileCalls.Open(System.Text.Encoding.ASCII.GetBytes(Path), OpenFlags.ReadWrite, out var file).Should().Be(Errno.None);
        using (file)
            FileCalls.PunchHole(file, offset, length).Should().Be(Errno.None);
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _mapped.Dispose();
        _stream.Dispose();
        _file.Dispose();
    }
}
