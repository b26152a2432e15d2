using DockerMigrator.Memory;
using DockerMigrator.Memory.Reading;
using DockerMigrator.Memory.Sharing;
using DockerMigrator.Memory.Streaming;

namespace DockerMigrator.Migration.Source;

/// <summary>Reads pages and writes them to one or several connections at once, a page stream on each.</summary>
internal static class PageSender
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>Sends pages, and on the first connection layouts.</summary>
    /// <param name="connections">Where to; each gets a share as large as it is fast.</param>
    /// <param name="pieces">What to read, each piece asked for right before.</param>
    /// <param name="layouts">Layouts.</param>
    /// <param name="segments">Layouts of shared memory.</param>
    /// <param name="isFrozen">Whether the container is frozen, so that a page which cannot be read is an error.</param>
    /// <param name="witness">Is shown all pages that are sent.</param>
    /// <param name="sent">Knows pages that need not be sent; null sends all.</param>
    /// <param name="compression">Whether pages are compressed.</param>
    /// <param name="progress">Told the bytes that went out.</param>
    /// <param name="cancelled">Stops between two pieces.</param>
    /// <returns>Bytes on the wire.</returns>
    public static async Task<long> SendAsync(
        IReadOnlyList<Stream> connections, IEnumerable<PagesToSend> pieces, IReadOnlyList<SpaceLayout> layouts, IReadOnlyList<SegmentLayout> segments, bool isFrozen, IPageWitness witness, SentPages? sent, PageCompression compression, Action<long> progress, CancellationToken cancelled)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        using var next = pieces.GetEnumerator();
        var senders = connections.Select((connection, index) => Task.Factory.StartNew(
            () => Send(connection, next, index == 0 ? layouts : [], index == 0 ? segments : [], isFrozen, witness, sent, compression, progress, stop),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToList();
        await Task.WhenAll(senders).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        // The one that failed first stopped the others: its reason counts.
        await (senders.Find(sender => sender.Exception is { InnerException: not OperationCanceledException }) ?? senders.Find(sender => !sender.IsCompletedSuccessfully) ?? senders[0]);
        return senders.Sum(sender => sender.Result);
    }

    private static long Send(
        Stream connection, IEnumerator<PagesToSend> pieces, IReadOnlyList<SpaceLayout> layouts, IReadOnlyList<SegmentLayout> segments, bool isFrozen, IPageWitness witness, SentPages? sent, PageCompression compression, Action<long> progress, CancellationTokenSource stop)
    {
        try
        {
            var buffered = new BufferedStream(connection, BufferBytes);
            using var writer = new PageStreamWriter(buffered, compression);
            var buffer = GC.AllocateUninitializedArray<byte>(PageStreamWriter.MaxPages * PageRange.PageSize);
            while (Next(pieces) is { } piece)
            {
                stop.Token.ThrowIfCancellationRequested();
                var before = writer.Bytes;
                SendPiece(writer, piece, buffer, isFrozen, witness, sent);
                progress(writer.Bytes - before);
            }

            foreach (var layout in layouts)
                writer.WriteLayout(layout);
            foreach (var segment in segments)
                writer.WriteLayout(segment);
            writer.Complete();
            buffered.Flush();
            return writer.Bytes;
        }
        catch
        {
            // The other connections' shares are of no use then.
            stop.Cancel();
            throw;
        }
    }

    private static void SendPiece(PageStreamWriter writer, PagesToSend piece, byte[] buffer, bool isFrozen, IPageWitness witness, SentPages? sent)
    {
        using var reader = new PageReader(piece, isFrozen, witness);
        while (reader.ReadNext(buffer))
        {
            var offset = 0;
            foreach (var range in reader.Ranges)
            {
                var content = buffer.AsSpan(offset, (int)range.Bytes);
                // Shared memory is found by hashes, so what is here of it is new.
                foreach (var part in (piece.Segment is null ? sent?.Renew(piece.Space, range, content) : null) ?? [range])
                    writer.Write(piece.Space, part.Start, content.Slice((int)(part.Start - range.Start), (int)part.Bytes));
                offset += (int)range.Bytes;
            }
        }
    }

    private static PagesToSend? Next(IEnumerator<PagesToSend> pieces)
    {
        lock (pieces)
            return pieces.MoveNext() ? pieces.Current : null;
    }
}
