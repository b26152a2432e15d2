using DockerMigrator.Native.Files;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Source.Logs;

/// <summary>A piece of a log file that has to be sent.</summary>
/// <param name="file">The file; owned.</param>
/// <param name="offset">Where the piece begins.</param>
/// <param name="end">Where it ends: what is appended meanwhile is the next pass's business.</param>
public sealed class LogPart(FileDescriptor file, long offset, long end) : IDisposable
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Where in the file the piece belongs.</summary>
    public long Offset => offset;

    /// <summary>Writes the piece.</summary>
    /// <exception cref="MigratorException">The file cannot be read.</exception>
    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        for (var position = offset; position < end;)
        {
            var error = FileCalls.Read(file, buffer.AsSpan(0, (int)Math.Min(end - position, BufferSize)), position, out var count);
            if (error != Errno.None)
                throw new MigratorException($"A log file of the container cannot be read ({error}).");
            if (count == 0)
                return;
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            position += count;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
