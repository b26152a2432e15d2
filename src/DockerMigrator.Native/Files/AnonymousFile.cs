using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DockerMigrator.Native.Files;

/// <summary>
/// A file without a name, in memory (memfd_create(2)), which other processes of root reach by <see cref="Path"/> for as long as
/// it is open here: no mount option such as noexec applies to it, and nothing is left of it when this process is gone.
/// </summary>
public sealed partial class AnonymousFile : IDisposable
{
    private const uint CloseOnExec = 1;

    private readonly SafeFileHandle _handle;

    private AnonymousFile(SafeFileHandle handle) => _handle = handle;

    /// <summary>Where other processes find it.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{Number}";

    /// <summary>Its descriptor in this process.</summary>
    public int Number => (int)_handle.DangerousGetHandle();

    /// <summary>Makes one with this content.</summary>
    /// <param name="name">For whoever looks at this process's descriptors.</param>
    /// <param name="content">What is in it.</param>
    /// <exception cref="Win32Exception">The kernel refused.</exception>
    public static AnonymousFile Create(string name, ReadOnlySpan<byte> content)
    {
        var descriptor = CreateInMemory(name, CloseOnExec);
        if (descriptor < 0)
            throw new Win32Exception();
        var file = new AnonymousFile(new SafeFileHandle(descriptor, ownsHandle: true));
        RandomAccess.Write(file._handle, content, 0);
        return file;
    }

    /// <summary>Reads what is in it now.</summary>
    public int Read(Span<byte> buffer, long offset) => RandomAccess.Read(_handle, buffer, offset);

    /// <summary>Writes over what is in it, or makes it longer.</summary>
    /// <exception cref="IOException">There is no memory for it.</exception>
    public void Write(ReadOnlySpan<byte> content, long offset) => RandomAccess.Write(_handle, content, offset);

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int CreateInMemory(string name, uint flags);
}
