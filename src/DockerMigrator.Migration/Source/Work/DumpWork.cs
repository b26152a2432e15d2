using DockerMigrator.Criu.Checkpoint;
using DockerMigrator.Criu.Images;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>The frozen container's memory and state, and the files that changed last, go to the target.</summary>
public static class DumpWork
{
    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        // Room for the estimate with a margin: tmpfs takes only what is written.
        context.Images = ImageMemory.Create(context.Id, (context.Plan.MemoryBytes * 5 / 4) + (256L << 20));
        var images = Directory.CreateDirectory(Path.Combine(context.Images.MountPoint, "images")).FullName;
        var work = Directory.CreateDirectory(Path.Combine(context.Images.MountPoint, "work")).FullName;
        var request = new CheckpointRequest(context.Runc, RuncContainer.Find(context.Container.Id), context.Cgroup.Freezer, images, work);

        // CRIU must never be killed in the middle of a dump, its code would stay in the container's processes: so the dump
        // is not cancelled, and is waited for whatever becomes of the files.
        var dump = RuncCheckpoint.RunAsync(request);
        try
        {
            await context.Files!.SendTreesAsync(isFinal: true, cancelled);
        }
        catch when (!dump.IsCompleted)
        {
            await Task.WhenAny(dump);
            throw;
        }

        var result = await dump;
        InterruptedCalls.Repair(images);
        await context.Files.SendLogsAsync(cancelled);
        await context.Agent.AskAsync<Received>(
            new ReceiveCheckpoint(ImageFile.List(images).Sum(file => file.Length)),
            stream => ImageStream.SendAsync(images, stream, cancelled),
            bytes => context.Clock.Count("checkpoint", bytes),
            cancelled);
        return $"dumped in {result.Elapsed.TotalMilliseconds:0} ms";
    }
}
