using System.Diagnostics;

namespace DockerMigrator.EndToEnd.Harness;

/// <summary>Waits for what happens by itself, and fails if it does not.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static Task IsTrueAsync(string what, Func<bool> condition, TimeSpan? limit = null) =>
        IsTrueAsync(what, () => Task.FromResult(condition()), limit);

    public static async Task IsTrueAsync(string what, Func<Task<bool>> condition, TimeSpan? limit = null, TimeSpan? pause = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(started) > (limit ?? Limit))
                throw new TimeoutException($"Not within {(limit ?? Limit).TotalSeconds:0} seconds: {what}");
            await Task.Delay(pause ?? Pause);
        }
    }
}
