using System.ComponentModel;
using System.Runtime.InteropServices;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Sockets;

/// <summary>
/// A connection whose other end has hung up, under a number that programs started meanwhile find in their hands, and theirs in turn:
/// whoever reads from it is at its end at once.
/// </summary>
public sealed unsafe partial class ClosedSocket : IDisposable
{
    private const int Duplicate = 0; // F_DUPFD

    // Out of the way of what programs open by themselves (Go moves descriptors around just above its own), and below the lowest usual limit.
    private const int LowestNumber = 500;

    private readonly FileDescriptor _inherited;

    private ClosedSocket(FileDescriptor inherited) => _inherited = inherited;

    /// <summary>The number.</summary>
    public int Number => _inherited.Number;

    /// <summary>Makes one.</summary>
    /// <exception cref="Win32Exception">The kernel refused.</exception>
    public static ClosedSocket Create()
    {
        var ends = stackalloc int[2];
        if (SocketInterop.SocketPair(SocketInterop.Unix, SocketInterop.StreamCloseOnExec, 0, ends) != 0)
            throw new Win32Exception();
        using var near = new FileDescriptor(ends[0]);
        using var far = new FileDescriptor(ends[1]);
        var inherited = Control(near.Number, Duplicate, LowestNumber);
        return inherited >= 0 ? new ClosedSocket(new FileDescriptor(inherited)) : throw new Win32Exception();
    }

    /// <inheritdoc/>
    public void Dispose() => _inherited.Dispose();

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, nint argument);
}
