using System.Buffers.Binary;
using System.ComponentModel;
using DockerMigrator.Criu.Checkpoint;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Criu.Filtering;

/// <summary>
/// A library put into CRIU for one dump, so that it takes memory which was sent already for empty. It works where CRIU is a
/// dynamically linked program; <see cref="WasLoaded"/> tells afterwards whether it did.
/// </summary>
public sealed class PageFilter : IDisposable
{
    private const string Resource = "page-filter.so";

    private readonly AnonymousFile _library;
    private readonly AnonymousFile _hidden;
    private readonly int _ranges;
    private readonly IReadOnlyList<HiddenSegment> _segments;
    private readonly EarlyMappings? _mappings;

    private PageFilter(AnonymousFile library, AnonymousFile hidden, int ranges, IReadOnlyList<HiddenSegment> segments, EarlyMappings? mappings) =>
        (_library, _hidden, _ranges, _segments, _mappings) = (library, hidden, ranges, segments, mappings);

    /// <summary>Variables for CRIU, or for whoever starts it.</summary>
    public IReadOnlyDictionary<string, string?> Environment
    {
        get
        {
            var variables = new Dictionary<string, string?>
            {
                ["LD_PRELOAD"] = _library.Path,
                ["DOCKER_MIGRATOR_HIDDEN_PAGES"] = _hidden.Path,
            };
            if (_mappings?.Variable is var (name, value))
                variables[name] = value;
            return variables;
        }
    }

    /// <summary>Whether a CRIU has loaded it. If not, CRIU sees all memory and dumps it.</summary>
    public bool WasLoaded => ReadWord(PageFilterFile.Loads) > 0;

    /// <summary>How many pages it has hidden, whether they are there or not. CRIU may ask for a page more than once.</summary>
    public long HiddenPages => (long)ReadWord(PageFilterFile.HiddenPages);

    /// <summary>Number of segments of shared memory that it has hidden. CRIU dumps none that the container has given up.</summary>
    public int HiddenSegments => Enumerable.Range(0, _segments.Count).Count(index => ReadWord(PageFilterFile.TimesHidden(_ranges, index)) > 0);

    /// <summary>Prepares the filter.</summary>
    /// <param name="ranges">Memory of processes.</param>
    /// <param name="segments">Shared memory.</param>
    /// <param name="mappings">What it answers for the kernel; it must last longer than this.</param>
    /// <exception cref="CriuException">The kernel refused.</exception>
    public static PageFilter Create(IEnumerable<HiddenRange> ranges, IReadOnlyList<HiddenSegment> segments, EarlyMappings? mappings = null)
    {
        var all = ranges.ToList();
        var content = PageFilterFile.Write(all, segments);
        try
        {
            return new PageFilter(AnonymousFile.Create("page-filter", ReadLibrary()), AnonymousFile.Create("hidden-pages", content), all.Count, segments, mappings);
        }
        catch (Win32Exception exception)
        {
            throw new CriuException($"Memory for the page filter cannot be had: {exception.Message}.", exception);
        }
    }

    /// <summary>The request as one for a dump with the filter. It must have ended before this is disposed.</summary>
    public CheckpointRequest Apply(CheckpointRequest request) => request with { Environment = Environment };

    /// <inheritdoc/>
    public void Dispose()
    {
        _library.Dispose();
        _hidden.Dispose();
    }

    private static byte[] ReadLibrary()
    {
        using var stream = typeof(PageFilter).Assembly.GetManifestResourceStream(Resource)!;
        var library = new byte[stream.Length];
        stream.ReadExactly(library);
        return library;
    }

    private ulong ReadWord(int offset)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        return _hidden.Read(word, offset) == sizeof(ulong) ? BinaryPrimitives.ReadUInt64LittleEndian(word) : 0;
    }
}
