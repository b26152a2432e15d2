using System.Globalization;
using System.Text;

namespace DockerMigrator.Native.Files;

/// <summary>
/// An inode whose metadata is to be read or set: through the descriptor if it is open, or through
/// <c>/proc/self/fd/N</c> if it is only a place (O_PATH), as symbolic links, FIFOs, sockets and devices must be:
/// the f… calls refuse such descriptors, and opening those objects would have effects.
/// </summary>
public readonly struct InodeHandle
{
    private readonly byte[]? _path;

    /// <summary>A handle on <paramref name="file"/>, which stays the caller's.</summary>
    /// <param name="file">The descriptor.</param>
    /// <param name="isPath">Whether it was opened with <see cref="OpenFlags.Path"/>.</param>
    public InodeHandle(FileDescriptor file, bool isPath)
    {
        File = file;
        if (isPath)
            _path = Encoding.ASCII.GetBytes("/proc/self/fd/" + file.Number.ToString(CultureInfo.InvariantCulture) + "\0");
    }

    /// <summary>The descriptor.</summary>
    public FileDescriptor File { get; }

    internal int Number => File.Number;

    /// <summary>NUL-terminated; empty for an open file.</summary>
    internal ReadOnlySpan<byte> Path => _path;
}
