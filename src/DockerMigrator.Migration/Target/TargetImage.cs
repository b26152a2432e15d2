using System.Text.Json.Nodes;
using DockerMigrator.Docker.Images;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Target;

/// <summary>Loads the image, straight from the wire into Docker, completed by the layers that are here already.</summary>
public static class TargetImage
{
    /// <summary>Performs <see cref="ReceiveImage"/>.</summary>
    public static async Task<Received> ReceiveAsync(TargetMigration migration, ReceiveImage request, Stream archive, CancellationToken cancellationToken)
    {
        // Only names that mean nothing here come along, so taking them away again harms nobody.
        string[] added = request.Names.Count > 0 ? [.. request.Names] : [migration.OriginalImage.Id];
        migration.OpenJournal().Append(JournalSteps.Image, new JsonObject { ["references"] = new JsonArray([.. added.Select(name => (JsonNode)name)]) });
        try
        {
            var loaded = await ImageTransfer.LoadAsync(
                migration.Docker, archive, migration.OriginalImage, migration.Original.ImageName, request.Names,
                request.Missing, migration.Host.UsesContainerdStore, cancellationToken);
            migration.Image = loaded.Match;
            return new Received(0, 0);
        }
        catch (IncompleteImageException e)
        {
            return new Received(0, 0) { Incomplete = e.Message };
        }
    }
}
