namespace DockerMigrator.Migration.Source;

/// <summary>Holds senders back, so that together they send no more than so many bytes a second. Thread-safe.</summary>
/// <param name="bytesPerSecond">The limit.</param>
/// <param name="time">The clock.</param>
public sealed class RateLimit(long bytesPerSecond, TimeProvider time)
{
    // What a sender may be ahead: without it, every small piece would be followed by a nap.
    private static readonly TimeSpan Slack = TimeSpan.FromMilliseconds(20);

    private readonly Lock _lock = new();
    private DateTimeOffset _free = DateTimeOffset.MinValue;

    /// <summary>Bytes have gone out.</summary>
    /// <returns>How long whoever sent them has to wait before it sends more.</returns>
    public TimeSpan Spend(long bytes)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            _free = (_free > now ? _free : now) + TimeSpan.FromSeconds(bytes / (double)bytesPerSecond);
            var ahead = _free - now;
            return ahead > Slack ? ahead : TimeSpan.Zero;
        }
    }
}
