using System.Diagnostics;
using System.IO.Hashing;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Composing;
using DockerMigrator.Memory.Reading;
using DockerMigrator.Memory.Storing;
using DockerMigrator.Memory.Streaming;
using DockerMigrator.Memory.Tracking.UserFault;
using DockerMigrator.Migration.Transport.Data;
using DockerMigrator.Native.Ptrace.Injection;

namespace DockerMigrator.Stages;

/// <summary>The stages, by the code that migrations use.</summary>
/// <param name="pid">A process with memory.</param>
/// <param name="print">Told name, bytes and time of each.</param>
internal sealed class MemoryStages(int pid, Action<string, long, TimeSpan> print)
{
    private const int BufferBytes = PageStreamWriter.MaxPages * PageRange.PageSize;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private PagesToSend _pages = null!;

    private long Bytes => _pages.Ranges.Sum(range => range.Bytes);

    /// <summary>The dirty tracker: the first scan, which begins the tracking, what is done before pages are read, and a scan after that.</summary>
    public async Task ScanAsync()
    {
        using var tracker = new UserFaultTracker(new LocalInjector());
        var tasks = ContainerTasks.Classify(pid, [ProcessStatus.Read(pid)!], one => [.. Directory.GetDirectories($"/proc/{one}/task").Select(path => int.Parse(Path.GetFileName(path), null))]);
        var start = Stopwatch.GetTimestamp();
        var first = await tracker.ScanAsync(tasks, CancellationToken.None);
        var took = Stopwatch.GetElapsedTime(start);
        _pages = first.Single();
        print("first-scan", Bytes, took);

        start = Stopwatch.GetTimestamp();
        foreach (var piece in PageBatches.Cut(first, PageBatches.PieceBytes))
            _ = tracker.Take(piece);
        print("take", Bytes, Stopwatch.GetElapsedTime(start));

        await Task.Delay(200);
        start = Stopwatch.GetTimestamp();
        _ = await tracker.ScanAsync(tasks, CancellationToken.None);
        print("scan", Bytes, Stopwatch.GetElapsedTime(start));
    }

    /// <summary>Reading another process's pages.</summary>
    public void Read()
    {
        using var reader = new PageReader(_pages, isFrozen: false);
        Measure("read", () =>
        {
            while (reader.ReadNext(_buffer))
            {
                // Nothing else is measured here.
            }
        });
    }

    /// <summary>Hashes of pages, of which the hash tracker lives.</summary>
    public void Hash()
    {
        FillBuffer();
        Measure("hash", () => ForEachBuffer(static content =>
        {
            for (; !content.IsEmpty; content = content[PageRange.PageSize..])
                _ = XxHash3.HashToUInt64(content[..PageRange.PageSize]);
        }));
    }

    /// <summary>zstd, on pages of which a half can be compressed.</summary>
    public void Compress()
    {
        FillBuffer();
        for (var page = 0; page < BufferBytes; page += 2 * PageRange.PageSize)
            _buffer.AsSpan(page, PageRange.PageSize).Fill(7);
        using var writer = new PageStreamWriter(Stream.Null, PageCompression.Zstd);
        Measure("compress", () => ForEachBuffer(content => writer.Write(1, 1UL << 40, content)));
    }

    /// <summary>One data connection (TLS 1.3 on the loopback) and nothing else: bytes that nobody looks at.</summary>
    public Task TlsAsync() => MeasureConnectionAsync(
        "tls",
        sending => ForEachBuffer(sending.Write),
        receiving =>
        {
            var buffer = new byte[1 << 20];
            for (var left = Bytes; left > 0;)
                left -= receiving.Read(buffer) is > 0 and var read ? read : throw new EndOfStreamException();
        });

    /// <summary>The page stream over one data connection, checksums made and checked.</summary>
    public Task SendAsync() => MeasureConnectionAsync(
        "send",
        sending =>
        {
            var buffered = new BufferedStream(sending, 256 * 1024);
            using (var writer = new PageStreamWriter(buffered))
            {
                ForEachBuffer(content => writer.Write(1, 1UL << 40, content));
                writer.Complete();
            }

            buffered.Flush();
        },
        receiving => PageStreamReader.Read(receiving, new NoStore()));

    /// <summary>The target's store, and the images that are made from it.</summary>
    public void StoreAndCompose()
    {
        FillBuffer();
        var directory = Directory.CreateDirectory($"/dev/shm/docker-migrator-stages-{Environment.ProcessId}").FullName;
        try
        {
            using var store = new PageStore(directory);
            Measure("store", () =>
            {
                foreach (var range in _pages.Ranges)
                {
                    for (var at = range.Start; at < range.End; at += BufferBytes)
                        store.Write(1, at, _buffer.AsSpan(0, (int)Math.Min(BufferBytes, range.End - at)));
                }
            });
            DumpedImages.Write(directory, pid, _pages.Ranges);
            Measure("compose", () => ImageComposer.ComposeLazy(directory, store, [new SpaceLayout(1, pid, pid, _pages.Ranges, _pages.Ranges)], new Version(4, 2)));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private void Measure(string stage, Action action)
    {
        var start = Stopwatch.GetTimestamp();
        action();
        print(stage, Bytes, Stopwatch.GetElapsedTime(start));
    }

    private async Task MeasureConnectionAsync(string stage, Action<Stream> send, Action<Stream> receive)
    {
        FillBuffer();
        using var certificate = DataCertificate.Create();
        using var listener = DataListener.Open(certificate.Fingerprint, 1);
        using var sending = await DataConnections.OpenAsync(["127.0.0.1"], listener.Port, listener.Fingerprint, certificate, 1, CancellationToken.None);
        var receiving = (await listener.ConnectionsAsync())[0];
        var received = Task.Factory.StartNew(() => receive(receiving), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var start = Stopwatch.GetTimestamp();
        send(sending.Streams[0]);
        await sending.Streams[0].FlushAsync();
        await received;
        print(stage, Bytes, Stopwatch.GetElapsedTime(start));
    }

    private void FillBuffer() => Random.Shared.NextBytes(_buffer);

    private void ForEachBuffer(SpanAction action)
    {
        for (var left = Bytes; left > 0; left -= BufferBytes)
            action(_buffer.AsSpan(0, (int)Math.Min(left, BufferBytes)));
    }

    private delegate void SpanAction(ReadOnlySpan<byte> content);

    private sealed class NoStore : IPageSink
    {
        public void Write(uint space, ulong address, ReadOnlySpan<byte> pages)
        {
            // What storing costs is a stage of its own.
        }

        public void WriteZero(uint space, ulong address, long pages)
        {
            // As above.
        }
    }
}
