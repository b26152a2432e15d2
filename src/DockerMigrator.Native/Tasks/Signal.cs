using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Tasks;

/// <summary>Signals to processes (kill(2)).</summary>
public static partial class Signal
{
    private const int SigKill = 9;
    private const int NoSuchProcess = 3;

    /// <summary>Kills a process; false if there is none of that id (any more).</summary>
    /// <exception cref="Win32Exception">Not permitted.</exception>
    public static bool Kill(int pid)
    {
        // kill(0 or negative) would hit whole process groups.
        ArgumentOutOfRangeException.ThrowIfLessThan(pid, 2);
        if (SendSignal(pid, SigKill) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
