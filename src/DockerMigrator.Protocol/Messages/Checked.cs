using System.Text.Json.Nodes;

namespace DockerMigrator.Protocol.Messages;

/// <summary>Answers <see cref="CheckTarget"/>: the facts, by which the source judges.</summary>
/// <param name="Inventory">What the target's engine and host have, as far as it concerns the container.</param>
/// <param name="HasImage">Whether the image is here, so that it need not be sent.</param>
/// <param name="ImageNames">Those of the image's names that mean nothing here yet, so that they may be sent along.</param>
/// <param name="CriuVersion">The version of CRIU here; null if there is none.</param>
/// <param name="Problems">What the source cannot know: why this host could not take the container, a sentence each.</param>
public sealed record Checked(
    JsonObject Inventory, bool HasImage, IReadOnlyList<string> ImageNames, string? CriuVersion, IReadOnlyList<string> Problems) : Reply
{
    /// <summary>Why this host could not restore it, but could start it anew, a sentence each.</summary>
    public IReadOnlyList<string> LiveProblems { get; init; } = [];

    /// <summary>Why memory cannot be fetched lazily after the restore here, so that all of it has to be read before; null if it can.</summary>
    public string? LazyRestoreProblem { get; init; }

    /// <summary>Those of the image's layers (diff IDs) that are here with other images, so that they may be left out of it.</summary>
    public IReadOnlyList<string> KnownLayers { get; init; } = [];
}
