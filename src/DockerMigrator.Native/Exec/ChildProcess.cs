using System.Collections;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Exec;

/// <summary>
/// A child that inherits this process's standard streams as they are, and may outlive it. Unlike
/// <see cref="System.Diagnostics.Process"/> it needs no thread, no signal handler and no redirection.
/// </summary>
public sealed unsafe partial class ChildProcess
{
    private const int Interrupted = 4; // EINTR
    private const int NoHang = 1; // WNOHANG
    private const int ReadOnly = 0; // O_RDONLY
    private const int AppendCreate = 0x441; // O_WRONLY | O_CREAT | O_APPEND
    private const short SetSignalDefaults = 0x04; // POSIX_SPAWN_SETSIGDEF
    private const short SetSession = 0x80; // POSIX_SPAWN_SETSID
    private const int SignalPipe = 13; // SIGPIPE
    private const int SignalKill = 9; // SIGKILL
    private const int OpaqueSize = 1024; // more than any libc's posix_spawnattr_t, posix_spawn_file_actions_t and sigset_t

    private ChildProcess(int id) => Id = id;

    /// <summary>Its process ID.</summary>
    public int Id { get; }

    /// <summary>Starts a program, given by its path.</summary>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static ChildProcess Start(string program, IReadOnlyList<string> arguments, ChildProcessOptions options)
    {
        using var words = new NativeStrings([program, .. arguments]);
        using var environment = new NativeStrings(MergeEnvironment(options.Environment));
        using var paths = new NativeStrings(["/dev/null", options.OutputFile ?? "/dev/null"]);
        var attributes = stackalloc byte[OpaqueSize];
        var actions = stackalloc byte[OpaqueSize];
        var signals = stackalloc byte[OpaqueSize];
        Check(AttributesInit(attributes), program);
        Check(ActionsInit(actions), program);
        try
        {
            // .NET ignores SIGPIPE and children inherit that; the child starts as if a shell had started it.
            _ = SignalsEmpty(signals);
            _ = SignalsAdd(signals, SignalPipe);
            Check(AttributesSetDefaults(attributes, signals), program);
            Check(AttributesSetFlags(attributes, (short)(SetSignalDefaults | (options.NewSession ? SetSession : 0))), program);
            if (options.OutputFile is not null)
            {
                Check(ActionsOpen(actions, 0, paths.Items[0], ReadOnly, 0), program);
                Check(ActionsOpen(actions, 1, paths.Items[1], AppendCreate, 0x180), program); // 0600
                Check(ActionsDuplicate(actions, 1, 2), program);
            }

            if (options.Input is not null)
                Check(ActionsDuplicate(actions, (int)options.Input.DangerousGetHandle(), 0), program);
            if (options.Output is not null)
                Check(ActionsDuplicate(actions, (int)options.Output.DangerousGetHandle(), 1), program);

            int id;
            Check(Spawn(&id, words.Items[0], actions, attributes, words.Items, environment.Items), program);
            GC.KeepAlive(options);
            return new ChildProcess(id);
        }
        finally
        {
            _ = ActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
        }
    }

    /// <summary>Waits for its end and returns its exit status, 128 + signal number if a signal ended it.</summary>
    public int Wait() => WaitWith(0) ?? 255;

    /// <summary>Its exit status if it has ended, else null. Asked again after the end: 255.</summary>
    public int? TryWait() => WaitWith(NoHang);

    /// <summary>Kills a process (SIGKILL). One that is gone already is none of the caller's concern.</summary>
    public static void Kill(int id) => _ = SendSignal(id, SignalKill);

    private int? WaitWith(int flags)
    {
        int status;
        int result;
        while ((result = WaitPid(Id, &status, flags)) < 0 && Marshal.GetLastPInvokeError() == Interrupted)
        {
            // A signal came first: ask again.
        }

        if (result == 0)
            return null;
        if (result < 0)
            return 255;
        var signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    private static List<string> MergeEnvironment(IReadOnlyDictionary<string, string> additions)
    {
        var merged = new List<string>();
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            if (!additions.ContainsKey((string)entry.Key))
                merged.Add($"{entry.Key}={entry.Value}");
        }

        foreach (var (name, value) in additions)
            merged.Add($"{name}={value}");
        return merged;
    }

    private static void Check(int error, string program)
    {
        if (error != 0)
            throw new IOException($"Cannot start {program}: {new Win32Exception(error).Message}.");
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static partial int Spawn(int* id, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int AttributesSetDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen")]
    private static partial int ActionsOpen(byte* actions, int descriptor, byte* path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int ActionsDuplicate(byte* actions, int from, int to);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int SignalsEmpty(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigaddset")]
    private static partial int SignalsAdd(byte* signals, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    private static partial int WaitPid(int id, int* status, int flags);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int id, int signal);
}
