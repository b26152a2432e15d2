using System.Text.Json.Serialization;

namespace DockerMigrator.Protocol.Messages;

/// <summary>The kinds of trees that make up a container's files.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TreeKind>))]
public enum TreeKind
{
    /// <summary>The writable layer of the container's root file system.</summary>
    Rootfs,

    /// <summary>A volume, named or anonymous.</summary>
    Volume,

    /// <summary>A bind mount that was asked to be copied.</summary>
    Bind,
}
