using DockerMigrator.Criu.Checkpoint;
using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Filtering;
using DockerMigrator.Criu.Images;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Frozen;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source.Work;

/// <summary>The frozen container's memory and state, and the files that changed last, go to the target.</summary>
public static class DumpWork
{
    private static readonly TimeSpan DumpBase = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan DumpPerGibibyte = TimeSpan.FromSeconds(30);

    /// <summary>Performs the phase.</summary>
    public static async Task<string> RunAsync(SourceContext context, CancellationToken cancelled)
    {
        // First of all, as it takes long and CRIU will want it soon.
        var isFiltered = context.Memory is not null && context.DumpMethod == DumpMethod.PageFilter;
        using var mappings = isFiltered ? EarlyMappings.Begin(context.Cgroup.Freezer.ReadProcesses()) : null;
        // Room for the estimate with a margin: tmpfs takes only what is written.
        context.Images = ImageMemory.Create(context.Id, (context.Plan.MemoryBytes * 5 / 4) + (256L << 20));
        var images = Directory.CreateDirectory(Path.Combine(context.Images.MountPoint, "images")).FullName;
        var work = Directory.CreateDirectory(Path.Combine(context.Images.MountPoint, "work")).FullName;
        var request = new CheckpointRequest(context.Runc, RuncContainer.Find(context.Container.Id), context.Cgroup.Freezer, images, work);
        var memory = context.Memory?.ScanFrozen();
        using var filter = memory is not null && isFiltered ? PageFilter.Create(memory.Hidden, memory.HiddenSegments, mappings) : null;
        using var lazy = memory is not null && context.DumpMethod == DumpMethod.LazyPages ? LazyDump.Create() : null;
        request = filter?.Apply(request) ?? lazy?.Apply(request) ?? request;

        // CRIU must never be killed in the middle of a dump, its code would stay in the container's processes: so the dump
        // is not cancelled, and is waited for whatever becomes of the files.
        var dump = DumpAsync(context, request);
        try
        {
            // First the logs, so that the target's Docker can begin while this one's CRIU is at work.
            await (context.LogDrain?.WaitAsync(cancelled) ?? Task.CompletedTask);
            await context.Files!.SendLogsAsync(cancelled);
            await context.Agent.AskAsync<Prepared>(new StandBy(), cancelled);
            if (memory is not null)
                await context.Memory!.SendFrozenAsync(memory, cancelled);
            await context.Files.SendTreesAsync(isFinal: true, cancelled);
            await OtherWriters.GoOnAsync(context.Docker, context.Journal!);
        }
        catch when (!dump.IsCompleted)
        {
            await Task.WhenAny(dump);
            throw;
        }

        var result = await dump;
        var hasAllMemory = memory is not null && !await IsLeftOutAsync(context, memory, filter, images, cancelled);
        InterruptedCalls.Repair(images);
        await SendLateLogsAsync(context, cancelled);
        await context.Agent.AskAsync<Received>(
            new ReceiveCheckpoint(ImageFile.List(images).Sum(file => file.Length)) { HasAllMemory = hasAllMemory },
            stream => ImageStream.SendAsync(images, stream, cancelled),
            bytes => context.Clock.Count("checkpoint", bytes),
            cancelled);
        return $"dumped in {result.Elapsed.TotalMilliseconds:0} ms{(lazy is null ? "" : ", without the page filter, which CRIU does not take")}";
    }

    // Usually there are none.
    private static async Task SendLateLogsAsync(SourceContext context, CancellationToken cancelled)
    {
        if (await context.Files!.SendLogsAsync(cancelled) is > 0 and var bytes)
        {
            context.Clock.Warn(
                $"Docker on {context.HostName} wrote {bytes} bytes of {context.Container.Name}'s log late. They are in the log's file on {context.TargetName}, but \"docker logs\" there "
                + "stays as much behind until the container is restarted.");
        }

        context.Files.KeepLogOpen();
    }

    // Otherwise CRIU has dumped everything, which costs time and nothing else: the target then takes all from the images. Pages that were
    // dumped although they were to be left out do no harm: they are what the target takes first.
    private static async Task<bool> IsLeftOutAsync(SourceContext context, FrozenMemory memory, PageFilter? filter, string images, CancellationToken cancelled)
    {
        context.Memory!.Dump = context.DumpMethod;
        if (filter is { WasLoaded: true } && (filter.HiddenPages > 0 || filter.HiddenSegments > 0))
        {
            if (filter.HiddenSegments == 0 && HaveAny(images, memory.HiddenSegments))
                context.Clock.Warn($"CRIU on {context.HostName} did not take the page filter for shared memory, so that was copied once more in the freeze.");
            return true;
        }

        var dump = DumpedPages.Read(images);
        if (memory.IsLeftOutOf(dump) || dump.Any(pages => pages.LeftOut.Count > 0))
        {
            // CRIU leaves out memory that no tracker looked after as well, and then it is for us to send it.
            var missing = context.Memory.FindMissing(memory, dump);
            if (missing.Pages.Count > 0)
                await context.Memory.SendFrozenAsync(missing, cancelled);
            return true;
        }

        context.Memory.Dump = DumpMethod.Full;
        context.Clock.Warn($"CRIU on {context.HostName} left out no memory, so all of it was copied once more in the freeze.");
        return false;
    }

    // CRIU has no image of what the container gave up.
    private static bool HaveAny(string images, IReadOnlyList<HiddenSegment> segments) => segments
        .Select(segment => PagemapImage.NameOfShared(segment.Inode))
        .Any(name => File.Exists(Path.Combine(images, name)) && ReadEntries(images, name).Count > 0);

    private static IReadOnlyList<PagemapEntry> ReadEntries(string images, string name)
    {
        try
        {
            return PagemapImage.Parse(File.ReadAllBytes(Path.Combine(images, name))).Entries;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new CriuException($"CRIU's dump of the container's memory ({name}) cannot be read: {e.Message}", e);
        }
    }

    // A dump that hangs does so because the kernel keeps a frozen task from being traced. Thawed, it ends one way or the
    // other; the container has run meanwhile, so the dump is worth nothing, but the container goes on.
    private static async Task<CheckpointResult> DumpAsync(SourceContext context, CheckpointRequest request)
    {
        var limit = DumpBase + (DumpPerGibibyte * (context.Plan.MemoryBytes / (double)(1L << 30)));
        var dump = RuncCheckpoint.RunAsync(request);
        if (await Task.WhenAny(dump, Task.Delay(limit, CancellationToken.None)) == dump)
            return await dump;
        context.Cgroup.Freezer.Thaw();
        await Task.WhenAny(dump);
        throw new CriuException($"The dump did not end within {limit.TotalSeconds:0} seconds and was given up.");
    }
}
