using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Tasks;

/// <summary>
/// A child in a session of its own with nothing of its parent's but the one descriptor given to it: a process that CRIU
/// can dump as a whole. It is killed and reaped on disposal.
/// </summary>
public sealed unsafe partial class DetachedChild : IDisposable
{
    private const short NewSession = 0x80; // POSIX_SPAWN_SETSID, the same in glibc and musl
    private const int ReadWrite = 2;

    // posix_spawn's two opaque structures have 80 and 336 bytes in glibc and less in musl.
    private const int OpaqueSize = 1024;

    private bool _gone;

    private DetachedChild(int pid) => Pid = pid;

    /// <summary>Its process id; not reused before disposal, as nobody else reaps it.</summary>
    public int Pid { get; }

    /// <summary>
    /// Starts <paramref name="arguments"/>[0], found by PATH, with descriptor 0 being a copy of
    /// <paramref name="standardInput"/> and both outputs going nowhere.
    /// </summary>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static DetachedChild Start(IReadOnlyList<string> arguments, SafeHandle standardInput)
    {
        if (arguments.Count == 0)
            throw new ArgumentException("A program to start is needed.", nameof(arguments));
        var opaque = stackalloc byte[2 * OpaqueSize];
        new Span<byte>(opaque, 2 * OpaqueSize).Clear();
        var actions = (nint)opaque;
        var attributes = (nint)(opaque + OpaqueSize);
        Check(InitializeActions(actions));
        Check(InitializeAttributes(attributes));
        var words = new nint[arguments.Count + 1];
        var held = false;
        try
        {
            standardInput.DangerousAddRef(ref held);
            Check(SetFlags(attributes, NewSession));
            Check(AddDuplicate(actions, (int)standardInput.DangerousGetHandle(), 0));
            Check(AddOpen(actions, 1, "/dev/null", ReadWrite, 0));
            Check(AddOpen(actions, 2, "/dev/null", ReadWrite, 0));
            foreach (var descriptor in InheritedDescriptors())
                Check(AddClose(actions, descriptor));
            for (var i = 0; i < arguments.Count; i++)
                words[i] = Marshal.StringToCoTaskMemUTF8(arguments[i]);
            fixed (nint* argv = words)
            {
                var noEnvironment = nint.Zero;
                Check(Spawn(out var pid, arguments[0], actions, attributes, argv, &noEnvironment));
                return new DetachedChild(pid);
            }
        }
        finally
        {
            if (held)
                standardInput.DangerousRelease();
            foreach (var word in words)
                Marshal.FreeCoTaskMem(word);
            _ = DestroyActions(actions);
            _ = DestroyAttributes(attributes);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_gone)
            return;
        _gone = true;
        // Unreaped, it still owns its pid, even if it is dead already.
        Signal.Kill(Pid);
        while (WaitForProcess(Pid, out _, 0) < 0 && Marshal.GetLastPInvokeError() == 4)
        {
            // EINTR
        }
    }

    // Our own descriptors close themselves in children, but not those that a careless parent left to us.
    private static IEnumerable<int> InheritedDescriptors() => Directory.EnumerateFileSystemEntries("/proc/self/fd")
        .Select(path => int.Parse(Path.GetFileName(path.AsSpan()))).Where(descriptor => descriptor > 2);

    private static void Check(int error)
    {
        if (error != 0)
            throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "posix_spawnp", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(out int pid, string file, nint actions, nint attributes, nint* argv, nint* environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitializeActions(nint actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(nint actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(nint actions, int descriptor, int newDescriptor);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(nint actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclose")]
    private static partial int AddClose(nint actions, int descriptor);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitializeAttributes(nint attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(nint attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(nint attributes, short flags);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitForProcess(int pid, out int status, int options);
}
