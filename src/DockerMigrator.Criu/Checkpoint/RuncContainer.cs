using System.Text.Json;
using System.Text.Json.Nodes;
using DockerMigrator.Criu.Errors;

namespace DockerMigrator.Criu.Checkpoint;

/// <summary>A container as runc knows it, from the <c>state.json</c> in its root.</summary>
/// <param name="Root">runc's <c>--root</c>.</param>
/// <param name="Id">runc's id of it: the name of its directory, with Docker up to 29 the container's id.</param>
/// <param name="InitPid">Its init process, in this PID namespace.</param>
/// <param name="MountPoints">Mount points inside that its configuration (not the program in it) asked for.</param>
public sealed record RuncContainer(string Root, string Id, int InitPid, IReadOnlyList<string> MountPoints)
{
    private const string StateFile = "state.json";

    /// <summary>Finds the running container <paramref name="id"/> among the roots of this host's Docker.</summary>
    /// <exception cref="CriuException">No runc of this host runs it.</exception>
    public static RuncContainer Find(string id) => Find(id, RuncRoots.Find());

    /// <summary>Finds it among given roots.</summary>
    /// <exception cref="CriuException">It is in none of them, or does not run.</exception>
    public static RuncContainer Find(string id, IEnumerable<string> roots)
    {
        foreach (var root in roots)
        {
            var path = Path.Combine(root, id, StateFile);
            if (!File.Exists(path))
                continue;
            try
            {
                if (Parse(root, id, File.ReadAllText(path)) is { } container && Directory.Exists($"/proc/{container.InitPid}"))
                    return container;
            }
            catch (Exception exception) when (exception is IOException or JsonException or InvalidOperationException)
            {
                throw new CriuException($"runc's state of the container in {path} cannot be read: {exception.Message}", exception);
            }
        }

        throw new CriuException($"No runc of this host runs the container {id}: it does not run, or by another runtime.");
    }

    /// <summary>Parses a <c>state.json</c>; null if it names no init process.</summary>
    public static RuncContainer? Parse(string root, string id, string json)
    {
        var state = JsonNode.Parse(json);
        if (state?["init_process_pid"]?.GetValue<int>() is not { } pid || pid <= 0)
            return null;
        var mounts = state["config"]?["mounts"] as JsonArray ?? [];
        var points = mounts.Select(mount => mount?["destination"]?.GetValue<string>()).OfType<string>();
        return new RuncContainer(root, id, pid, [.. points]);
    }
}
