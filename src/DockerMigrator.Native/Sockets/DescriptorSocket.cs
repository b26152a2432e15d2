using System.Text;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Sockets;

/// <summary>A stream socket in the file system over which open descriptors are handed on (unix(7), SCM_RIGHTS).</summary>
public sealed unsafe class DescriptorSocket : IDisposable
{
    private const int RightsLength = 20; // CMSG_LEN(sizeof(int))
    private const int LongestPath = 107;

    private readonly FileDescriptor _socket;

    private DescriptorSocket(FileDescriptor socket) => _socket = socket;

    /// <summary>The number, for waiting; valid until disposed.</summary>
    public int Number => _socket.Number;

    /// <summary>Listens at a path that does not exist yet. Its directory may be of any length, which the kernel's address is not.</summary>
    public static Errno Listen(string directory, string name, out DescriptorSocket socket)
    {
        var error = Bind(directory, name, listen: true, out socket);
        return error == Errno.None ? FileCalls.Check(SocketInterop.Listen(socket.Number, 8)) : error;
    }

    /// <summary>Connects to one that listens.</summary>
    public static Errno Connect(string directory, string name, out DescriptorSocket socket) => Bind(directory, name, listen: false, out socket);

    /// <summary>Takes the next connection, waiting for it.</summary>
    public Errno Accept(out DescriptorSocket connection)
    {
        int number;
        while ((number = SocketInterop.Accept(Number, null, null, SocketInterop.CloseOnExec)) < 0 && FileCalls.Last() == Errno.EINTR)
        {
        }

        connection = new DescriptorSocket(new FileDescriptor(number));
        return FileCalls.Check(number);
    }

    /// <summary>Reads some bytes, and the descriptor that came with them; <paramref name="count"/> is 0 at the end.</summary>
    public Errno Receive(Span<byte> buffer, out int count, out FileDescriptor? descriptor)
    {
        var rights = default(SocketInterop.RightsMessage);
        nint result;
        fixed (byte* data = buffer)
        {
            var vector = new SocketInterop.Vector { Data = data, Length = (nuint)buffer.Length };
            var message = new SocketInterop.Message
            {
                Vectors = &vector,
                VectorCount = 1,
                Control = (byte*)&rights,
                ControlLength = (nuint)sizeof(SocketInterop.RightsMessage),
            };
            while ((result = SocketInterop.Receive(Number, &message, SocketInterop.ReceiveCloseOnExec)) < 0 && FileCalls.Last() == Errno.EINTR)
            {
            }
        }

        count = (int)Math.Max(result, 0);
        var has = result > 0 && rights is { Level: SocketInterop.SocketLevel, Type: SocketInterop.Rights, Length: RightsLength };
        descriptor = has ? new FileDescriptor(rights.Descriptor) : null;
        return FileCalls.Check(result);
    }

    /// <summary>Writes bytes, at least one, with a descriptor if there is one to hand on.</summary>
    public Errno Send(ReadOnlySpan<byte> data, FileDescriptor? descriptor = null)
    {
        var rights = new SocketInterop.RightsMessage
        {
            Length = RightsLength,
            Level = SocketInterop.SocketLevel,
            Type = SocketInterop.Rights,
            Descriptor = descriptor?.Number ?? -1,
        };
        fixed (byte* bytes = data)
        {
            var vector = new SocketInterop.Vector { Data = bytes, Length = (nuint)data.Length };
            var message = new SocketInterop.Message { Vectors = &vector, VectorCount = 1 };
            if (descriptor is not null)
            {
                message.Control = (byte*)&rights;
                message.ControlLength = (nuint)sizeof(SocketInterop.RightsMessage);
            }

            nint result;
            while ((result = SocketInterop.Send(Number, &message, SocketInterop.NoSignal)) < 0 && FileCalls.Last() == Errno.EINTR)
            {
            }

            return FileCalls.Check(result);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static Errno Bind(string directory, string name, bool listen, out DescriptorSocket socket)
    {
        socket = new DescriptorSocket(new FileDescriptor(SocketInterop.Socket(SocketInterop.Unix, SocketInterop.StreamCloseOnExec, 0)));
        if (socket._socket.IsInvalid)
            return FileCalls.Last();
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(directory), OpenFlags.Path | OpenFlags.Directory, out var parent);
        if (error != Errno.None)
            return error;
        using (parent)
        {
            var path = Encoding.UTF8.GetBytes($"/proc/self/fd/{parent.Number}/{name}");
            if (path.Length > LongestPath)
                return Errno.ENAMETOOLONG;
            var address = stackalloc byte[2 + LongestPath + 1];
            *(ushort*)address = SocketInterop.Unix;
            path.CopyTo(new Span<byte>(address + 2, path.Length));
            address[2 + path.Length] = 0;
            var length = (uint)(2 + path.Length + 1);
            return FileCalls.Check(listen ? SocketInterop.Bind(socket.Number, address, length) : SocketInterop.Connect(socket.Number, address, length));
        }
    }
}
