using System.Runtime.InteropServices;
using System.Text;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Tracking;

/// <summary>Reads another process's memory without stopping it.</summary>
public sealed unsafe class ProcessMemory(int process) : IDisposable
{
    private const int MostVectors = 1024; // IOV_MAX
    private FileDescriptor? _file;

    /// <summary>Reads ranges, one behind the other.</summary>
    /// <param name="ranges">Start and length of each.</param>
    /// <param name="buffer">As long as all of them.</param>
    /// <returns>Bytes that were read before the first that could not be.</returns>
    public int Read(ReadOnlySpan<(ulong Start, int Length)> ranges, Span<byte> buffer)
    {
        var read = 0;
        var vectors = stackalloc TrackingInterop.IoVector[MostVectors];
        fixed (byte* start = buffer)
        {
            for (var i = 0; i < ranges.Length;)
            {
                var (count, bytes) = (0, 0);
                for (; i < ranges.Length && count < MostVectors; i++, count++)
                {
                    vectors[count] = new TrackingInterop.IoVector { Start = (nint)ranges[i].Start, Length = (nuint)ranges[i].Length };
                    bytes += ranges[i].Length;
                }

                var local = new TrackingInterop.IoVector { Start = (nint)(start + read), Length = (nuint)bytes };
                var result = TrackingInterop.ReadProcess(process, &local, 1, vectors, (nuint)count, 0);
                if (result > 0)
                    read += (int)result;
                if (result != bytes)
                    break;
            }
        }

        return read;
    }

    /// <summary>Reads memory that the process itself may not read (PROT_NONE): slower.</summary>
    /// <returns>Bytes read; less than asked for at what is not mapped, or if the process is gone.</returns>
    public int ReadForced(ulong address, Span<byte> buffer)
    {
        if (_file is null)
        {
            var error = FileCalls.Open(Encoding.ASCII.GetBytes($"/proc/{process}/mem"), OpenFlags.None, out _file);
            if (error != Errno.None)
            {
                _file.Dispose();
                _file = null;
                return 0;
            }
        }

        var read = 0;
        while (read < buffer.Length && FileCalls.Read(_file, buffer[read..], (long)address + read, out var count) == Errno.None && count > 0)
            read += count;
        return read;
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();
}
