using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DockerMigrator.Native.Namespaces;

/// <summary>A raw netlink socket in the network namespace of the thread that opens it (netlink(7)).</summary>
public sealed partial class NetlinkSocket : IDisposable
{
    /// <summary>Netlink protocol number of the netfilter subsystems (NETLINK_NETFILTER).</summary>
    public const int Netfilter = 12;

    /// <summary>Netlink protocol number of links, addresses and routes (NETLINK_ROUTE).</summary>
    public const int Route = 0;

    private const int AddressFamilyNetlink = 16;
    private const int SocketRaw = 3;
    private const int SocketCloseOnExec = 0x80000;
    private const int SocketLevel = 1;
    private const int ReceiveTimeout = 20;

    private readonly SafeFileHandle _handle;

    private NetlinkSocket(SafeFileHandle handle) => _handle = handle;

    /// <summary>Opens a socket of netlink protocol <paramref name="protocol"/>; a read gives up after two seconds.</summary>
    /// <exception cref="Win32Exception">The kernel has no such protocol, or forbids it.</exception>
    public static NetlinkSocket Open(int protocol)
    {
        var descriptor = CreateSocket(AddressFamilyNetlink, SocketRaw | SocketCloseOnExec, protocol);
        if (descriptor < 0)
            throw new Win32Exception();
        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        ReadOnlySpan<long> timeout = [2, 0];
        if (SetOption(handle, SocketLevel, ReceiveTimeout, MemoryMarshal.AsBytes(timeout), sizeof(long) * 2) != 0)
        {
            handle.Dispose();
            throw new Win32Exception();
        }

        return new NetlinkSocket(handle);
    }

    /// <summary>Sends one datagram, which may hold a batch of messages.</summary>
    /// <exception cref="Win32Exception">The kernel refused the datagram as a whole.</exception>
    public void Send(ReadOnlySpan<byte> datagram)
    {
        if (SendTo(_handle, datagram, (nuint)datagram.Length, 0) != datagram.Length)
            throw new Win32Exception();
    }

    /// <summary>Receives one datagram and returns its length in bytes; one that is longer than the buffer is cut.</summary>
    /// <exception cref="Win32Exception">Nothing came in time, or the socket is broken.</exception>
    public int Receive(Span<byte> buffer)
    {
        while (true)
        {
            var length = ReceiveFrom(_handle, buffer, (nuint)buffer.Length, 0);
            if (length >= 0)
                return (int)length;
            if (Marshal.GetLastPInvokeError() != 4) // EINTR
                throw new Win32Exception();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int CreateSocket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "setsockopt", SetLastError = true)]
    private static partial int SetOption(SafeFileHandle socket, int level, int option, ReadOnlySpan<byte> value, uint length);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint SendTo(SafeFileHandle socket, ReadOnlySpan<byte> data, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint ReceiveFrom(SafeFileHandle socket, Span<byte> data, nuint length, int flags);
}
