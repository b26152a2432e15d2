using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Restore;

/// <summary>
/// Wakes when a file appears in a directory (inotify), so that waiting parties neither spin nor sleep through the moment
/// they wait for: the pause between a decision and the container's going on is downtime.
/// </summary>
/// <remarks>
/// Make the watch first, look at the directory second, wait third: what appears in between is not missed. Where the host
/// has no inotify instance left, it wakes every millisecond instead.
/// </remarks>
public sealed unsafe partial class DirectoryWatch : IDisposable
{
    private const int CloseOnExec = 0x80000; // IN_CLOEXEC
    private const int NonBlocking = 0x800; // IN_NONBLOCK
    private const uint Appeared = 0x100 | 0x80 | 0x400; // IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF
    private const short Readable = 1; // POLLIN

    private readonly int _inotify;

    /// <summary>Watches this directory.</summary>
    public DirectoryWatch(string directory)
    {
        _inotify = InotifyInit(CloseOnExec | NonBlocking);
        if (_inotify >= 0 && InotifyAddWatch(_inotify, directory, Appeared) < 0)
        {
            _ = Close(_inotify);
            _inotify = -1;
        }
    }

    /// <summary>Returns when something has appeared in the directory since the last call, at the latest after this time.</summary>
    public void Wait(TimeSpan atMost)
    {
        if (_inotify < 0)
        {
            Thread.Sleep(1);
            return;
        }

        var request = new PollRequest { Descriptor = _inotify, Events = Readable };
        if (Poll(&request, 1, (int)atMost.TotalMilliseconds) <= 0)
            return;
        var events = stackalloc byte[4096];
        while (Read(_inotify, events, 4096) > 0)
        {
            // Only the waking counts: the caller looks for itself.
        }
    }

    /// <summary>Ends the watch.</summary>
    public void Dispose()
    {
        if (_inotify >= 0)
            _ = Close(_inotify);
    }

    [LibraryImport("libc", EntryPoint = "inotify_init1")]
    private static partial int InotifyInit(int flags);

    [LibraryImport("libc", EntryPoint = "inotify_add_watch", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int InotifyAddWatch(int inotify, string path, uint mask);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(PollRequest* requests, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "read")]
    private static partial nint Read(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollRequest
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
