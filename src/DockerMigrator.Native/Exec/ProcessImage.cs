using System.ComponentModel;
using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Exec;

/// <summary>Turns the calling process into another program (execve).</summary>
public static unsafe partial class ProcessImage
{
    private const int SignalPipe = 13; // SIGPIPE

    /// <summary>
    /// Becomes <paramref name="program"/>, which is called by its path and given this process's own further arguments byte
    /// for byte, its environment, descriptors and working directory. Returns only by throwing.
    /// </summary>
    /// <exception cref="IOException">The program cannot be executed.</exception>
    public static void ReplaceKeepingArguments(string program)
    {
        // Not Main's arguments: those were decoded, and an argument need not be valid UTF-8.
        var commandLine = File.ReadAllBytes("/proc/self/cmdline");
        Span<byte> path = new byte[System.Text.Encoding.UTF8.GetByteCount(program) + 1];
        System.Text.Encoding.UTF8.GetBytes(program, path);

        // .NET ignores SIGPIPE, and what is ignored stays so across execve.
        _ = Signal(SignalPipe, 0);
        fixed (byte* arguments = commandLine, programPath = path)
        {
            var vector = new byte*[commandLine.AsSpan().Count((byte)0) + 1];
            var next = 0;
            for (var i = 0; i < commandLine.Length; i++)
            {
                if (i == 0 || commandLine[i - 1] == 0)
                    vector[next++] = arguments + i;
            }

            vector[0] = programPath;
            fixed (byte** words = vector)
                _ = Execv(programPath, words);
        }

        throw new IOException($"Cannot execute {program}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}.");
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true)]
    private static partial int Execv(byte* path, byte** arguments);

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int signal, nint handler);
}
