using System.Runtime.InteropServices;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Sockets;

/// <summary>Waits until one of several descriptors has something to read (poll(2)).</summary>
public sealed unsafe partial class DescriptorPoll
{
    private const short Readable = 1; // POLLIN

    private Request[] _requests = [];
    private int _count;

    /// <summary>How many descriptors are waited for.</summary>
    public int Count => _count;

    /// <summary>Starts a new list.</summary>
    public void Clear() => _count = 0;

    /// <summary>Adds a descriptor; its index is the number of those added before.</summary>
    public void Add(int descriptor)
    {
        if (_count == _requests.Length)
            Array.Resize(ref _requests, Math.Max(16, _count * 2));
        _requests[_count++] = new Request { Descriptor = descriptor, Events = Readable };
    }

    /// <summary>Waits until there is something to read or an end; false if the time is over. A negative time is endless.</summary>
    public bool Wait(int milliseconds)
    {
        fixed (Request* requests = _requests)
        {
            int result;
            while ((result = Poll(requests, (nuint)_count, milliseconds)) < 0 && FileCalls.Last() == Errno.EINTR)
            {
            }

            return result > 0;
        }
    }

    /// <summary>Whether the descriptor at this index had something to read, or its end, or a failure.</summary>
    public bool IsReady(int index) => _requests[index].Returned != 0;

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Request* requests, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct Request
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
