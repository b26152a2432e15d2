using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Sockets;

/// <summary>The C library's socket calls as they are, and the structures they take.</summary>
internal static unsafe partial class SocketInterop
{
    public const int Unix = 1; // AF_UNIX
    public const int StreamCloseOnExec = 0x80001; // SOCK_STREAM | SOCK_CLOEXEC
    public const int CloseOnExec = 0x80000; // SOCK_CLOEXEC
    public const int SocketLevel = 1; // SOL_SOCKET
    public const int Rights = 1; // SCM_RIGHTS
    public const int ReceiveCloseOnExec = 0x40000000; // MSG_CMSG_CLOEXEC
    public const int NoSignal = 0x4000; // MSG_NOSIGNAL
    public const int ControlCut = 8; // MSG_CTRUNC

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport("libc", EntryPoint = "socketpair", SetLastError = true)]
    public static partial int SocketPair(int family, int type, int protocol, int* descriptors);

    [LibraryImport("libc", EntryPoint = "bind", SetLastError = true)]
    public static partial int Bind(int socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "listen", SetLastError = true)]
    public static partial int Listen(int socket, int backlog);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int socket, byte* address, uint length);

    [LibraryImport("libc", EntryPoint = "accept4", SetLastError = true)]
    public static partial int Accept(int socket, byte* address, uint* length, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint Receive(int socket, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    public static partial nint Send(int socket, Message* message, int flags);

    /// <summary>struct iovec.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Vector
    {
        public byte* Data;
        public nuint Length;
    }

    /// <summary>struct msghdr, glibc's and (on little-endian 64-bit machines) musl's.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Message
    {
        public byte* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary>struct cmsghdr with the one descriptor that is ever sent.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 24)]
    public struct RightsMessage
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
    }
}
