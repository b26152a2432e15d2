using DockerMigrator.Criu.Images;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Storing;
using DockerMigrator.Memory.Streaming;
using DockerMigrator.Migration.Transport.Data;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Target;

/// <summary>Memory pages that arrive, round after round.</summary>
public static class TargetPages
{
    /// <summary>Performs <see cref="OpenData"/>.</summary>
    public static DataOpen OpenData(TargetMigration migration, OpenData request)
    {
        migration.Data?.Dispose();
        migration.Data = DataListener.Open(request.Fingerprint, Math.Clamp(request.Count, 1, 16));
        // "client-address client-port server-address server-port"
        var ssh = Environment.GetEnvironmentVariable("SSH_CONNECTION")?.Split(' ');
        return new DataOpen(migration.Data.Port, migration.Data.Fingerprint, ssh is [_, _, var address, _] ? address : null);
    }

    /// <summary>Performs <see cref="ReceivePages"/>.</summary>
    public static async Task<Received> ReceiveAsync(TargetMigration migration, ReceivePages request, Stream bulk, CancellationToken cancellationToken)
    {
        try
        {
            HostMemory.EnsureAvailable(request.Bytes);
            var store = new PageStoreSink(migration.Restore!.Pages);
            IReadOnlyList<Stream> streams = request.OnDataConnections ? await ConnectionsAsync(migration) : [bulk];
            // Whoever waits for bytes that never come is woken by losing the connection.
            await using var end = cancellationToken.Register(() => migration.Data?.Dispose());
            var received = await Task.WhenAll(streams.Select(stream => Task.Factory.StartNew(
                () => Read(migration, stream, store), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
            if (request.IsLast)
            {
                migration.Restore.Layouts = [.. received.SelectMany(part => part.Layouts)];
                migration.Restore.Segments = [.. received.SelectMany(part => part.Segments)];
            }

            var pages = received.Sum(part => part.Pages);
            return new Received(pages, pages * PageRange.PageSize);
        }
        catch (Exception e)
        {
            // What is still on its way on the other connections is of no use.
            migration.Data?.Dispose();
            if (e is IOException or ObjectDisposedException)
                throw new MigratorException($"Memory pages did not arrive: {e.Message}", e);
            throw;
        }
    }

    private static ReceivedPages Read(TargetMigration migration, Stream stream, PageStoreSink store)
    {
        try
        {
            return PageStreamReader.Read(stream, store);
        }
        catch
        {
            // The others would wait for a source that has given up.
            migration.Data?.Dispose();
            throw;
        }
    }

    private static Task<IReadOnlyList<Stream>> ConnectionsAsync(TargetMigration migration) =>
        migration.Data?.ConnectionsAsync() ?? throw new MigratorException("The source sends pages on data connections that were never opened.");
}
