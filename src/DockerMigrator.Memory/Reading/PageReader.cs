using DockerMigrator.Criu.Errors;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Memory.Reading;

/// <summary>
/// Reads pages of a process, or of shared memory, batch by batch into a buffer, from where it stands and no further: memory use does not depend
/// on how many pages there are.
/// </summary>
/// <remarks>
/// A running process may unmap pages at any moment, and execute another program: what is read then belongs to nothing, and
/// no later layout of that address space has it.
/// </remarks>
public sealed class PageReader : IDisposable
{
    private readonly PagesToSend _pages;
    private readonly bool _isFrozen;
    private readonly IPageWitness? _witness;
    private readonly List<PageRange> _ranges = [];
    private readonly List<PageRange> _vanished = [];
    private readonly MemoryRange[] _request = new MemoryRange[ProcessMemory.MostRanges];
    private MemoryFile? _memory;
    private int _next;
    private ulong _nextStart;

    /// <summary>A reader at the first of the pages.</summary>
    /// <param name="pages">What to read.</param>
    /// <param name="isFrozen">Whether the process stands still: then a page that cannot be read is an error.</param>
    /// <param name="witness">Is told of everything that is read.</param>
    public PageReader(PagesToSend pages, bool isFrozen, IPageWitness? witness = null)
    {
        _pages = pages;
        _isFrozen = isFrozen;
        _witness = witness;
        _nextStart = pages.Ranges.Count > 0 ? pages.Ranges[0].Start : 0;
    }

    /// <summary>The pages whose content is in the buffer, one after the other.</summary>
    public IReadOnlyList<PageRange> Ranges => _ranges;

    /// <summary>Pages that were to be in this batch but are not there any more.</summary>
    public IReadOnlyList<PageRange> Vanished => _vanished;

    /// <summary>Reads the next pages.</summary>
    /// <param name="buffer">At least one page; about 1 MiB is fast.</param>
    /// <returns>False if there were none left; else <see cref="Ranges"/> and <see cref="Vanished"/> tell what was done.</returns>
    /// <exception cref="CriuException">The process is frozen, and yet a page cannot be read.</exception>
    public bool ReadNext(Span<byte> buffer)
    {
        if (buffer.Length < PageRange.PageSize)
            throw new ArgumentException("A buffer must hold a page.", nameof(buffer));
        _ranges.Clear();
        _vanished.Clear();
        if (_next >= _pages.Ranges.Count)
            return false;
        var filled = 0;
        while (_next < _pages.Ranges.Count && buffer.Length - filled >= PageRange.PageSize)
        {
            var (count, length) = Plan(buffer.Length - filled);
            var part = buffer.Slice(filled, length);
            // What fails as a whole is left to the other way, page by page.
            var read = Read(_request.AsSpan(0, count), part);
            Take(part[..read]);
            filled += read;
            if (read < length)
                filled += ReadBarred(part[read..]);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _memory?.Dispose();

    // Fills the request with what comes next.
    private (int Count, int Length) Plan(int room)
    {
        int count = 0, length = 0;
        room -= room % PageRange.PageSize;
        for (var i = _next; i < _pages.Ranges.Count && count < _request.Length && length < room; i++)
        {
            var start = i == _next ? _nextStart : _pages.Ranges[i].Start;
            var bytes = (int)Math.Min((ulong)(room - length), _pages.Ranges[i].End - start);
            _request[count++] = new MemoryRange(start, (ulong)bytes);
            length += bytes;
        }

        return (count, length);
    }

    private int Read(ReadOnlySpan<MemoryRange> ranges, Span<byte> buffer)
    {
        foreach (var range in ranges)
            _witness?.Reading(_pages.Space, new PageRange(range.Start, range.Start + range.Length));
        if (_pages.Segment is not { } segment)
        {
            _ = ProcessMemory.Read(_pages.Pid, ranges, buffer, out var count);
            return count - (count % PageRange.PageSize);
        }

        var read = 0;
        foreach (var range in ranges)
        {
            var part = segment.Read(range.Start, buffer.Slice(read, (int)range.Length));
            read += part;
            if (part < (int)range.Length)
                break;
        }

        return read;
    }

    // Notes that the next pages were read.
    private void Take(ReadOnlySpan<byte> content)
    {
        while (content.Length > 0)
        {
            var range = Advance(content.Length);
            PageRanges.Append(_ranges, range);
            _witness?.Read(_pages.Space, range, content[..(int)range.Bytes]);
            content = content[(int)range.Bytes..];
        }
    }

    // The next pages of one range, at most so many bytes; the reader then stands behind them.
    private PageRange Advance(long bytes)
    {
        var end = _pages.Ranges[_next].End;
        var range = new PageRange(_nextStart, Math.Min(end, _nextStart + (ulong)bytes));
        _nextStart = range.End;
        if (range.End == end && ++_next < _pages.Ranges.Count)
            _nextStart = _pages.Ranges[_next].Start;
        return range;
    }

    // As much as there is of the current range, which the process itself may not read, or which is gone.
    private int ReadBarred(Span<byte> buffer)
    {
        if (_pages.Segment is null)
            _memory ??= MemoryFile.TryOpen(_pages.Pid);
        var range = _next;
        while (_next == range)
        {
            var part = buffer[..(int)Math.Min((ulong)buffer.Length, _pages.Ranges[range].End - _nextStart)];
            _witness?.Reading(_pages.Space, new PageRange(_nextStart, _nextStart + (ulong)part.Length));
            var read = _memory?.Read(_nextStart, part) ?? 0;
            read -= read % PageRange.PageSize;
            if (read > 0)
            {
                Take(part[..read]);
                return read;
            }

            var page = Advance(PageRange.PageSize);
            if (_isFrozen)
                throw new CriuException($"The memory {(_pages.Segment is null ? $"of process {_pages.Pid}" : "that processes share")} at {page.Start:x} cannot be read, although the container is frozen.");
            PageRanges.Append(_vanished, page);
        }

        return 0;
    }
}
