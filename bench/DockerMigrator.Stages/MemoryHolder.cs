using System.Globalization;
using System.Runtime.InteropServices;
using DockerMigrator.Native.Exec;

namespace DockerMigrator.Stages;

/// <summary>A process with much memory of random content, of which it changes some all the time: what a container is.</summary>
internal sealed unsafe class MemoryHolder : IDisposable
{
    /// <summary>The argument that makes this program hold memory.</summary>
    public const string Command = "hold";

    private const int PageSize = 4096;
    private const int PagesAtOnce = 1024;

    // Not a Process of .NET: that would take the news of its stops, of which the tracker has need.
    private readonly ChildProcess _process;
    private readonly string _output;

    private MemoryHolder(ChildProcess process, string output) => (_process, _output) = (process, output);

    /// <summary>The process.</summary>
    public int Pid => _process.Id;

    /// <summary>Starts one and waits until its memory is filled.</summary>
    public static MemoryHolder Start(long bytes)
    {
        var output = Path.GetTempFileName();
        var process = ChildProcess.Start(
            Environment.ProcessPath!, [Command, bytes.ToString(CultureInfo.InvariantCulture)], new ChildProcessOptions { NewSession = true, OutputFile = output });
        while (new FileInfo(output).Length == 0)
        {
            if (process.TryWait() is { } status)
                throw new InvalidOperationException($"The process that is to hold memory ended with status {status}.");
            Thread.Sleep(10);
        }

        return new MemoryHolder(process, output);
    }

    /// <summary>Holds memory until it is killed, or orphaned.</summary>
    public static int Hold(long bytes)
    {
        var memory = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, PageSize);
        for (long at = 0; at < bytes; at += 1 << 20)
            Random.Shared.NextBytes(new Span<byte>(memory + at, 1 << 20));
        var parent = ParentId();
        Console.WriteLine("ready");
        for (long page = 0; ParentId() == parent; page += PagesAtOnce)
        {
            for (var i = 0; i < PagesAtOnce; i++)
                memory[(page + i) * PageSize % bytes]++;
            Thread.Sleep(80); // 50 MB/s
        }

        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ChildProcess.Kill(Pid);
        _process.Wait();
        File.Delete(_output);
    }

    private static int ParentId()
    {
        // PID (name) state parent …
        var status = File.ReadAllText("/proc/self/stat");
        return int.Parse(status[(status.LastIndexOf(')') + 1)..].Split(' ')[2], CultureInfo.InvariantCulture);
    }
}
