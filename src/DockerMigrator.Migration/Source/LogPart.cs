namespace DockerMigrator.Migration.Source;

/// <summary>A piece of a log file that has to be sent.</summary>
/// <param name="file">The file; owned.</param>
/// <param name="offset">Where the piece begins.</param>
/// <param name="end">Where it ends: what is appended meanwhile is the next pass's business.</param>
internal sealed class LogPart(FileStream file, long offset, long end) : IDisposable
{
    /// <summary>Where in the file the piece belongs.</summary>
    public long Offset => offset;

    /// <summary>Writes the piece.</summary>
    public async Task CopyToAsync(Stream target, CancellationToken cancellationToken)
    {
        var buffer = new byte[256 * 1024];
        file.Position = offset;
        for (var left = end - offset; left > 0;)
        {
            var count = await file.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
            if (count == 0)
                return;
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            left -= count;
        }
    }

    public void Dispose() => file.Dispose();
}
