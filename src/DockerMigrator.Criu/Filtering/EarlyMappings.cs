using System.Buffers.Binary;
using System.ComponentModel;
using System.Globalization;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Criu.Filtering;

/// <summary>
/// Copies of <c>/proc/PID/smaps</c> of a frozen container's large processes, made while CRIU is being started: the kernel looks at each
/// present page for it (13 ms a GiB), and CRIU, to which the page filter hands the copies, would wait for that.
/// </summary>
/// <remarks>
/// Only of a frozen container: madvise(2) and mlock(2) leave no trace but the one in this file. Without a copy, CRIU reads the file itself.
/// </remarks>
public sealed class EarlyMappings : IDisposable
{
    /// <summary>Whoever has less memory than this is not worth it.</summary>
    public const long LeastBytes = 256L << 20;

    // Their format is in page-filter.c.
    private const ulong Magic = 0x31305350414d53;
    private const int Header = 4 * sizeof(ulong);
    private const int Item = 3 * sizeof(ulong);
    private const int TimesTakenAt = 3 * sizeof(ulong);
    private const ulong InTheMaking = 1;
    private const ulong Complete = 2;
    private const ulong GivenUp = 3;

    // The filter maps a page.
    private const int FileBytes = 4096;
    private const int MostProcesses = (FileBytes - Header) / Item;

    // 700 bytes a mapping, of which a process may have 65,530 and mostly has hundreds.
    private const int MostBytes = 16 << 20;

    private readonly AnonymousFile _states;
    private readonly List<AnonymousFile> _copies = [];
    private readonly Task _making;
    private volatile bool _isOver;

    private EarlyMappings(IReadOnlyList<int> processes, int mostBytes)
    {
        var content = new byte[FileBytes];
        Put(content, 0, Magic);
        Put(content, sizeof(ulong), (ulong)processes.Count);
        Put(content, 2 * sizeof(ulong), (ulong)Environment.ProcessId);
        try
        {
            foreach (var (pid, index) in processes.Select((pid, index) => (pid, index)))
            {
                _copies.Add(AnonymousFile.Create("mappings", []));
                Put(content, Header + (index * Item), (ulong)pid);
                Put(content, Header + (index * Item) + sizeof(ulong), (ulong)_copies[index].Number);
            }

            _states = AnonymousFile.Create("early-mappings", content);
        }
        catch
        {
            _copies.ForEach(copy => copy.Dispose());
            throw;
        }

        // A thread of its own: it is mostly in the kernel.
        _making = Task.Factory.StartNew(() => Make(processes, mostBytes), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Variables for CRIU, besides those of the page filter.</summary>
    public KeyValuePair<string, string?> Variable => new("DOCKER_MIGRATOR_MAPPINGS", _states.Path);

    /// <summary>How often CRIU took a copy.</summary>
    public int TimesTaken
    {
        get
        {
            Span<byte> word = stackalloc byte[sizeof(ulong)];
            return _states.Read(word, TimesTakenAt) == sizeof(ulong) ? (int)BinaryPrimitives.ReadUInt64LittleEndian(word) : 0;
        }
    }

    /// <summary>Begins to copy, and does not wait for the end of it.</summary>
    /// <param name="processes">Processes that stand still until CRIU has dumped them.</param>
    /// <param name="leastBytes">Those that have less memory are left out.</param>
    /// <param name="mostBytes">What all copies may take. One for which that does not suffice is given up.</param>
    /// <exception cref="CriuException">The kernel refused.</exception>
    public static EarlyMappings Begin(IEnumerable<int> processes, long leastBytes = LeastBytes, int mostBytes = MostBytes)
    {
        try
        {
            return new EarlyMappings([.. processes.Where(pid => ResidentBytes(pid) >= leastBytes).Take(MostProcesses)], mostBytes);
        }
        catch (Win32Exception exception)
        {
            throw new CriuException($"Memory for what is known of the container's mappings cannot be had: {exception.Message}.", exception);
        }
    }

    /// <summary>Waits until nothing is read any more: no longer than the kernel takes for one mapping.</summary>
    public void Dispose()
    {
        _isOver = true;
        _making.Wait();
        _making.Dispose();
        _copies.ForEach(copy => copy.Dispose());
        _states.Dispose();
    }

    // The second number of statm (proc(5)); 0 for a process that is gone, or has no memory.
    private static long ResidentBytes(int pid) =>
        ProcFile.TryRead($"/proc/{pid}/statm")?.Split(' ') is [_, var pages, ..] && long.TryParse(pages, CultureInfo.InvariantCulture, out var number)
            ? number * Environment.SystemPageSize
            : 0;

    private static void Put(Span<byte> content, int offset, ulong word) => BinaryPrimitives.WriteUInt64LittleEndian(content[offset..], word);

    private void Make(IReadOnlyList<int> processes, int mostBytes)
    {
        for (var index = 0; index < processes.Count && !_isOver; index++)
        {
            SetState(index, InTheMaking);
            var isComplete = TryCopy(processes[index], _copies[index], mostBytes, out var length);
            mostBytes -= length;
            SetState(index, isComplete ? Complete : GivenUp);
        }
    }

    // Only the lowest byte of the word ever changes, so that no half of a state is seen.
    private void SetState(int index, ulong state)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        Put(word, 0, state);
        _states.Write(word, Header + (index * Item) + (2 * sizeof(ulong)));
    }

    // Whatever happens here, CRIU must not be left waiting.
    private bool TryCopy(int pid, AnonymousFile copy, int mostBytes, out int length)
    {
        length = 0;
        try
        {
            using var mappings = File.OpenHandle($"/proc/{pid}/smaps");
            var buffer = new byte[64 << 10];
            for (int read; (read = RandomAccess.Read(mappings, buffer, length)) > 0; length += read)
            {
                if (_isOver || read > mostBytes - length)
                    return false;
                copy.Write(buffer.AsSpan(0, read), length);
            }

            return length > 0;
        }
        catch
        {
            return false;
        }
    }
}
