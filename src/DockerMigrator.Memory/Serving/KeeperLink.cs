using System.Buffers.Binary;
using DockerMigrator.Memory.Lazy;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Sockets;
using DockerMigrator.Native.UserFaults;

namespace DockerMigrator.Memory.Serving;

/// <summary>The worker's end of the connection to its keeper. Without a keeper the worker goes on alone.</summary>
internal sealed class KeeperLink : IFaultKeeper, IDisposable
{
    /// <summary>Bytes of a message.</summary>
    public const int MessageLength = 5;

    private readonly DescriptorSocket _socket;

    private KeeperLink(DescriptorSocket socket) => _socket = socket;

    /// <summary>Connects.</summary>
    /// <exception cref="LazyServerException">There is no keeper.</exception>
    public static KeeperLink Connect(string directory, string name)
    {
        var error = DescriptorSocket.Connect(directory, name, out var socket);
        return error == Errno.None
            ? new KeeperLink(socket)
            : throw new LazyServerException($"The process that is to hold the container's memory cannot be reached: {error.Describe()}.");
    }

    /// <inheritdoc/>
    public void Hold(uint slot, UserFaultDescriptor faults) => Send(KeeperMessageKind.Hold, slot, faults.Descriptor);

    /// <inheritdoc/>
    public void Release(uint slot) => Send(KeeperMessageKind.Release, slot);

    /// <summary>This process ends, and it is all right.</summary>
    public void TakeLeave() => Send(KeeperMessageKind.Farewell, 0);

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private void Send(KeeperMessageKind kind, uint slot, FileDescriptor? descriptor = null)
    {
        Span<byte> message = stackalloc byte[MessageLength];
        message[0] = (byte)kind;
        BinaryPrimitives.WriteUInt32LittleEndian(message[1..], slot);
        // A keeper that is gone holds nothing that would have to be released.
        _ = _socket.Send(message, descriptor);
    }
}
