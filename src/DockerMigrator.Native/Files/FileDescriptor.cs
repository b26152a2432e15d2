using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Files;

/// <summary>An open file descriptor; closed when disposed.</summary>
public sealed class FileDescriptor : SafeHandle
{
    /// <summary>Takes over descriptor <paramref name="number"/>.</summary>
    public FileDescriptor(int number)
        : base(-1, ownsHandle: true) => SetHandle(number);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == -1;

    /// <summary>The number, for <c>/proc/self/fd/N</c>; valid until disposed.</summary>
    public int Number => (int)handle;

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => FileInterop.Close((int)handle) == 0;
}
