using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Hosts;
using DockerMigrator.Docker.Images;
using DockerMigrator.Docker.Rules;

namespace DockerMigrator.Tests.Docker;

/// <summary>Answers of real engines, recorded: 20.10.24, 26.1.5 and 28.5.2.</summary>
internal static class Recorded
{
    public static JsonObject Json(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder(), name + ".json")))!.AsObject();

    public static ContainerInspect Container(string name, string engine) => new(Json($"container-{name}-{engine}"));

    public static ImageInspect Image(string engineAndStore) => new(Json($"image-{engineAndStore}"));

    public static HostFacts Host(string engine) => HostFacts.From(Json($"info-{engine}"), engine switch
    {
        "20.10" => new Version(1, 41),
        "26.1" => new Version(1, 45),
        _ => new Version(1, 51),
    }) with { FreeDiskBytes = 1L << 40, AvailableMemoryBytes = 1L << 34 };

    /// <summary>A survey of a recorded container whose image has neither entry point nor anything else.</summary>
    public static SourceSurvey Survey(ContainerInspect container, string engine = "26.1") => new(
        container,
        new ImageInspect([]),
        Execs: [],
        Others: [],
        Volumes: new Dictionary<string, JsonObject> { ["voln"] = Json("volume-26.1") },
        Networks: new Dictionary<string, JsonObject> { ["neta"] = Json("network-26.1") },
        Host(engine));

    public static ContainerInspect With(this ContainerInspect container, Action<JsonObject> change)
    {
        var json = (JsonObject)container.Json.DeepClone();
        change(json);
        return new ContainerInspect(json);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Recorded");
}
