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
    private const string StateName = "state";
    private const string LeaseName = "lease";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _path;

    private LazyDirectory(string containerId)
    {
        // It becomes part of a path.
        if (!ImageFile.IsValidName(containerId))
            throw new ArgumentException($"'{containerId}' is no ID of a container.", nameof(containerId));
        ContainerId = containerId;
        _path = $"{Base}/{containerId}";
    }

    /// <summary>Where all of them are.</summary>
    public static string Base => $"{Path.GetDirectoryName(RestoreDirectory.Base)}/lazy";

    /// <summary>Docker's ID of the container.</summary>
    public string ContainerId { get; }

    /// <summary>Whether the server is alive.</summary>
    public bool IsAlive => RestoreLease.IsHeld($"{_path}/{LeaseName}");

    /// <summary>Whether there is one.</summary>
    public bool Exists => Directory.Exists(_path);

    /// <summary>The directory of a container, whether it exists or not.</summary>
    public static LazyDirectory For(string containerId) => new(containerId);

    /// <summary>Those that exist, of live and of dead servers.</summary>
    public static IReadOnlyList<LazyDirectory> FindAll() => Directory.Exists(Base)
        ? [.. Directory.EnumerateDirectories(Base).Select(path => Path.GetFileName(path)).Where(ImageFile.IsValidName).Order(StringComparer.Ordinal).Select(For)]
        : [];

    /// <summary>Makes the directory and takes its lease, for as long as the server lives.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    public RestoreLease Create()
    {
        Directory.CreateDirectory(_path, OwnerOnly);
        return RestoreLease.Acquire($"{_path}/{LeaseName}");
    }

    /// <summary>Says how far the server is.</summary>
    public void Publish(LazyState state)
    {
        var temporary = $"{_path}/.{StateName}";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(state, LazyStateJson.Default.LazyState));
        File.Move(temporary, $"{_path}/{StateName}", overwrite: true);
    }

    /// <summary>What the server said last; null if nothing that can be understood.</summary>
    public LazyState? Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes($"{_path}/{StateName}"), LazyStateJson.Default.LazyState);
        }
        catch (Exception exception) when (exception is IOException or JsonException)
        {
            return null;
        }
    }

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
            Directory.Delete(_path, recursive: true);
    }
}
