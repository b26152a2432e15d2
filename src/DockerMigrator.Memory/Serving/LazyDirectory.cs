using System.Text.Json;
using DockerMigrator.Criu.Images;
using DockerMigrator.Native.Restore;

namespace DockerMigrator.Memory.Serving;

/// <summary>
/// Where the server of a lazy restore says how far it is: <c>/run/docker-migrator/lazy/&lt;Docker container ID&gt;/</c>. It is there
/// while memory is arriving, and afterwards if that failed.
/// </summary>
public sealed class LazyDirectory
{
    /// <summary>Lease of the keeper.</summary>
    public const string LeaseName = "lease";

    /// <summary>Lease of the worker.</summary>
    public const string WorkerLeaseName = "worker-lease";

    /// <summary>Socket of the keeper.</summary>
    public const string KeeperName = "keeper";

    private const string StateName = "state";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private LazyDirectory(string containerId)
    {
        // It becomes part of a path.
        if (!ImageFile.IsValidName(containerId))
            throw new ArgumentException($"'{containerId}' is no ID of a container.", nameof(containerId));
        ContainerId = containerId;
        Path = $"{Base}/{containerId}";
    }

    /// <summary>Where all of them are.</summary>
    public static string Base => $"{System.IO.Path.GetDirectoryName(RestoreDirectory.Base)}/lazy";

    /// <summary>The directory's path.</summary>
    public string Path { get; }

    /// <summary>Docker's ID of the container.</summary>
    public string ContainerId { get; }

    /// <summary>Whether somebody is alive who holds on to the memory.</summary>
    public bool IsAlive => RestoreLease.IsHeld($"{Path}/{LeaseName}") || RestoreLease.IsHeld($"{Path}/{WorkerLeaseName}");

    /// <summary>Whether there is one.</summary>
    public bool Exists => Directory.Exists(Path);

    /// <summary>The directory of a container, whether it exists or not.</summary>
    public static LazyDirectory For(string containerId) => new(containerId);

    /// <summary>Those that exist, of live and of dead servers.</summary>
    public static IReadOnlyList<LazyDirectory> FindAll() => Directory.Exists(Base)
        ? [.. Directory.EnumerateDirectories(Base).Select(path => System.IO.Path.GetFileName(path)).Where(ImageFile.IsValidName).Order(StringComparer.Ordinal).Select(For)]
        : [];

    /// <summary>Makes the directory if need be and takes one of its leases, for as long as the caller lives.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public RestoreLease Create(string lease)
    {
        Directory.CreateDirectory(Path, OwnerOnly);
        return RestoreLease.Acquire($"{Path}/{lease}");
    }

    /// <summary>Says how far the server is.</summary>
    public void Publish(LazyState state)
    {
        var temporary = $"{Path}/.{StateName}";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(state, LazyStateJson.Default.LazyState));
        File.Move(temporary, $"{Path}/{StateName}", overwrite: true);
    }

    /// <summary>What the server said last; null if nothing that can be understood.</summary>
    public LazyState? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes($"{Path}/{StateName}"), LazyStateJson.Default.LazyState);
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>What the server said last, or what it would have said first.</summary>
    public LazyState ReadOrNew() => Read() ?? new LazyState(ContainerId, 0, LazyPhase.Waiting, 0, 0);

    /// <summary>
    /// How far the restore is; null if there is none. A server that was killed is a failure, as the container runs without the rest
    /// of its memory, or waits for it for ever.
    /// </summary>
    public LazyState? Judge()
    {
        var state = Read();
        if (state is null || state.Phase == LazyPhase.Failed || IsAlive)
            return state;
        // It may have come to its end between the two looks.
        if (Read() is not { } last || last.Phase == LazyPhase.Failed)
            return Read();
        return last with
        {
            Phase = LazyPhase.Failed,
            Error = last.Phase == LazyPhase.Waiting
                ? "The process that was to deliver its memory was killed before the container ran."
                : "The process that delivered its memory was killed: do not trust what the container computes, remove it.",
        };
    }

    /// <summary>Removes the directory; nothing happens if there is none.</summary>
    public void Remove()
    {
        if (Exists)
            Directory.Delete(Path, recursive: true);
    }
}
