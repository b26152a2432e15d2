using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Migration.Source.Logs;

/// <summary>What all threads of the processes that carry a container's output do.</summary>
/// <param name="threads">By thread ID; none if one of the processes is not known, and then nothing can be said.</param>
public sealed class CarrierActivity(IReadOnlyDictionary<int, ThreadActivity> threads)
{
    /// <summary>Whether a thread is in the middle of something and cannot go on.</summary>
    public bool IsHeldUp => threads.Values.Any(thread => thread.IsHeldUp);

    /// <summary>Whether there was a moment since an earlier reading at which all threads slept: one that has run since has left a processor since.</summary>
    public bool HasSleptSince(CarrierActivity earlier) => IsUnchangedSince(earlier) && threads.Values.All(thread => thread.IsAsleep);

    /// <summary>Whether nothing happens any more but that a thread is held up.</summary>
    public bool IsStuckSince(CarrierActivity earlier) =>
        IsUnchangedSince(earlier) && IsHeldUp && threads.Values.All(thread => thread.IsAsleep || thread.IsHeldUp);

    private bool IsUnchangedSince(CarrierActivity earlier) =>
        threads.Count > 0 && threads.Count == earlier.Count && threads.All(thread => earlier.Find(thread.Key) == thread.Value);

    private int Count => threads.Count;

    private ThreadActivity? Find(int thread) => threads.TryGetValue(thread, out var activity) ? activity : null;
}
