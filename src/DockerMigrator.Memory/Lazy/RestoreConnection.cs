using System.Buffers.Binary;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Sockets;
using DockerMigrator.Native.UserFaults;

namespace DockerMigrator.Memory.Lazy;

/// <summary>
/// What CRIU tells the server of a lazy restore (its <c>uffd.c</c>): for each process its PID in the container, four bytes, and a byte
/// with the descriptor of its faults; for a zombie the negative PID alone; and in the end, when nothing can go wrong any more, a word.
/// </summary>
internal sealed class RestoreConnection(DescriptorSocket socket) : IDisposable
{
    /// <summary>Name of the socket in CRIU's work directory.</summary>
    public const string SocketName = "lazy-pages.socket";

    private const int Finished = 0x52535446;

    /// <summary>The number, for waiting.</summary>
    public int Number => socket.Number;

    /// <summary>Reads one message.</summary>
    /// <exception cref="LazyServerException">It is none.</exception>
    public RestoreMessage Read()
    {
        Span<byte> word = stackalloc byte[sizeof(int)];
        if (!TryFill(word))
            return RestoreMessage.End;
        var pid = BinaryPrimitives.ReadInt32LittleEndian(word);
        if (pid == Finished)
            return RestoreMessage.Finished;
        if (pid <= 0)
            return RestoreMessage.Zombie;
        if (socket.Receive(word[..1], out var count, out var descriptor) != Errno.None || count == 0)
            return RestoreMessage.End;
        return descriptor is null
            ? throw new LazyServerException("CRIU announced a process and did not hand over its memory.")
            : new RestoreMessage(RestoreMessageKind.Process, pid, new UserFaultDescriptor(descriptor));
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    private bool TryFill(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (socket.Receive(buffer, out var count, out var descriptor) != Errno.None || count == 0)
                return false;
            // None belongs here.
            descriptor?.Dispose();
            buffer = buffer[count..];
        }

        return true;
    }
}
