using System.Runtime.InteropServices;
using System.Text;

namespace DockerMigrator.Native.Tasks;

/// <summary>Which protocol a socket of another process speaks.</summary>
public static partial class SocketProtocol
{
    /// <summary>
    /// The kernel's name for the protocol of the socket behind a <c>/proc/PID/fd/N</c> link (<c>TCP</c>, <c>MPTCPv6</c>,
    /// <c>UNIX-STREAM</c>, <c>NETLINK</c> …); null if it is no socket or has gone. It comes from the attribute
    /// <c>system.sockprotoname</c>, which tells MPTCP and SCTP from TCP where <c>/proc/net</c> does not list them.
    /// </summary>
    public static string? Of(string descriptorPath)
    {
        Span<byte> value = stackalloc byte[64];
        var length = (int)GetAttribute(descriptorPath, "system.sockprotoname", value, (nuint)value.Length);
        return length <= 0 ? null : Encoding.ASCII.GetString(value[..length].TrimEnd((byte)0));
    }

    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetAttribute(string path, string name, Span<byte> value, nuint size);
}
