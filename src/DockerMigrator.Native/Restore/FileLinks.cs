using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Restore;

/// <summary>Hard links as a way to make a file appear whole and only once.</summary>
internal static partial class FileLinks
{
    private const int FileExists = 17; // EEXIST

    /// <summary>Gives a file a second name; false if that name is taken.</summary>
    public static bool TryLink(string existing, string name)
    {
        if (Link(existing, name) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        if (error == FileExists)
            return false;
        throw new IOException($"Cannot create {name}: {new Win32Exception(error).Message}.");
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string existing, string name);
}
