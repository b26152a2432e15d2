using System.Text.Json.Nodes;
using DockerMigrator.Docker.Images;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Migration.Source.Logs;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>The target gets the image and creates volumes and container. The source is untouched, but from here on there is a journal.</summary>
public static class PrepareWork
{
    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        context.Journal = Journal.Create(JournalDirectory.Source(context.Id));
        context.Journal.Append(JournalSteps.Begin, new JsonObject
        {
            ["container"] = context.Container.Id,
            ["name"] = context.Container.Name,
            ["destination"] = context.Options.Destination,
            ["keepSource"] = context.Options.KeepSource,
            ["keepVolumes"] = context.Mounts.KeepsVolumes,
        });

        var image = context.Checked.HasImage ? "the target has the image" : await SendImageAsync(context, cancelled);
        var created = await context.Agent.AskAsync<ContainerCreated>(new CreateContainer(context.KeepAddressesOn), cancelled);
        context.TargetId = created.Id;
        context.LogDrain = LogDrain.Find(context);
        await SharedVolumes.VerifyAsync(context, cancelled);
        return image;
    }

    private static async Task<string> SendImageAsync(SourceContext context, CancellationToken cancelled)
    {
        var leftOut = await ImageTransfer.LeaveOutAsync(
            context.Docker, context.Survey.Image, context.Checked.KnownLayers, context.Survey.Host.UsesContainerdStore, cancelled);
        if (await SendImageAsync(context, leftOut, cancelled) is { } trouble)
        {
            context.Clock.Warn($"On {context.TargetName}, the image could not be made whole from the layers that are there, so all of it is sent: {trouble}");
            leftOut = [];
            await SendImageAsync(context, leftOut, cancelled);
        }

        return leftOut.Count > 0 ? $"the image was sent, but for {leftOut.Count} of {context.Survey.Image.Layers.Count} layers that the target has" : "the image was sent";
    }

    private static async Task<string?> SendImageAsync(SourceContext context, IReadOnlyList<MissingLayer> leftOut, CancellationToken cancelled)
    {
        var names = context.Checked.ImageNames;
        var received = await context.Agent.AskAsync<Received>(
            new ReceiveImage(names) { Missing = leftOut },
            stream => ImageTransfer.ExportAsync(context.Docker, context.Survey.Image, names, leftOut, stream, cancelled),
            bytes => context.Clock.Count("image", bytes),
            cancelled);
        return received.Incomplete;
    }
}
