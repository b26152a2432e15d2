using System.Text.Json.Nodes;
using DockerMigrator.Docker.Images;
using DockerMigrator.Migration.Journals;
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

        if (!context.Checked.HasImage)
            await SendImageAsync(context, cancelled);
        var created = await context.Agent.AskAsync<ContainerCreated>(new CreateContainer(context.KeepAddressesOn), cancelled);
        context.TargetId = created.Id;
        await SharedVolumes.VerifyAsync(context, cancelled);
        return context.Checked.HasImage ? "the target has the image" : "the image was sent";
    }

    private static async Task SendImageAsync(SourceContext context, CancellationToken cancelled)
    {
        var names = context.Checked.ImageNames;
        await context.Agent.AskAsync<Received>(
            new ReceiveImage(names),
            async stream =>
            {
                await using var archive = await ImageTransfer.ExportAsync(context.Docker, context.Survey.Image, names, cancelled);
                await archive.CopyToAsync(stream, 256 * 1024, cancelled);
            },
            bytes => context.Clock.Count("image", bytes),
            cancelled);
    }
}
