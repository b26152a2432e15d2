using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DockerMigrator.Native.Namespaces;

/// <summary>Runs code inside another process's network namespace.</summary>
public static partial class NetworkNamespace
{
    private const int CloneNewNet = 0x40000000;

    /// <summary>
    /// Runs <paramref name="action"/> on a thread of its own inside the network namespace of process
    /// <paramref name="pid"/>: sockets it opens and programs it starts belong to that namespace. The thread ends with
    /// the action, so the rest of this process never leaves its own namespace.
    /// </summary>
    /// <exception cref="Win32Exception">The namespace may not be entered (CAP_SYS_ADMIN is needed).</exception>
    /// <exception cref="IOException">The process is gone.</exception>
    public static Task<T> RunAsync<T>(int pid, Func<T> action)
    {
        var completion = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Enter(pid);
                completion.SetResult(action());
            }
            catch (Exception exception)
            {
                completion.SetException(exception);
            }
        })
        {
            IsBackground = true,
            Name = $"netns of {pid}",
        };
        thread.Start();
        return completion.Task;
    }

    private static void Enter(int pid)
    {
        using var handle = File.OpenHandle($"/proc/{pid}/ns/net");
        if (SetNamespace(handle, CloneNewNet) != 0)
            throw new Win32Exception();
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNamespace(SafeFileHandle handle, int type);
}
