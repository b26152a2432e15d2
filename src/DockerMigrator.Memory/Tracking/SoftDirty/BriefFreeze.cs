using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Memory.Tracking.SoftDirty;

/// <summary>Stops a container for as long as something takes, and lets it go on in any case.</summary>
/// <param name="freezer">The container's freezer.</param>
/// <param name="guard">Lets it go on if this process cannot; owned by this object.</param>
internal sealed class BriefFreeze(Freezer freezer, FreezeGuard guard) : IDisposable
{
    private const int MostAttempts = 20;

    private static readonly TimeSpan AttemptLimit = TimeSpan.FromMilliseconds(250);

    /// <summary>Does something while the container stands still.</summary>
    /// <exception cref="CriuException">The container does not freeze.</exception>
    public async Task<T> DoAsync<T>(Func<T> action, CancellationToken cancellationToken)
    {
        // A container that is paused already is not ours to let go.
        if (freezer.IsFrozen)
            return action();
        guard.Arm();
        try
        {
            await FreezeAsync(cancellationToken);
            return action();
        }
        finally
        {
            freezer.Thaw();
            guard.Disarm();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => guard.Dispose();

    // The v1 freezer misses a task that has just begun to wait for its vfork's child, for as long as it waits: it is let go
    // on and tried again.
    private async Task FreezeAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            freezer.Freeze();
            try
            {
                await freezer.WaitUntilFrozenAsync(AttemptLimit, cancellationToken);
                return;
            }
            catch (CriuException) when (attempt < MostAttempts)
            {
                freezer.Thaw();
            }
        }
    }
}
