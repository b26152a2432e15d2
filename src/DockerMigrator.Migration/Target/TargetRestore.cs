using DockerMigrator.Criu.Images;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Composing;
using DockerMigrator.Memory.Serving;
using DockerMigrator.Memory.Sharing;
using DockerMigrator.Memory.Storing;
using DockerMigrator.Native.Restore;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Target;

/// <summary>
/// The agent's part of a restore: fills the directory that the OCI runtime looks into, starts the container, waits until it
/// is held, and decides. See <see cref="RestoreDirectory"/> for the other part.
/// </summary>
public sealed class TargetRestore : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(2);

    private static readonly TimeSpan StandByLimit = TimeSpan.FromSeconds(60);

    // CRIU has been seen to loop for ever on images that were damaged.
    private static readonly TimeSpan HoldBase = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan HoldPerGibibyte = TimeSpan.FromSeconds(30);

    // What this host keeps for itself: images and pages may not take all that is left.
    private const long Reserve = 64L << 20;

    // Below the images, as they are in memory, too.
    private const string PagesPath = RestoreDirectory.ImagesName + "/pages";

    private readonly DockerClient _docker;
    private readonly string _containerId;
    private readonly RestoreDirectory _directory;
    private readonly RestoreLease _lease;
    private Task? _start;
    private IReadOnlyList<string> _segmentFiles = [];
    private bool _isServed;

    private TargetRestore(DockerClient docker, string containerId, RestoreDirectory directory)
    {
        _docker = docker;
        _containerId = containerId;
        _directory = directory;
        _lease = RestoreLease.Acquire(directory.File(RestoreDirectory.LeaseName));
        Images = directory.Images;
        Pages = new PageStore(Directory.CreateDirectory(directory.File(PagesPath)).FullName);
    }

    /// <summary>The version of CRIU here, which is on the same side of changes in its formats as the source's.</summary>
    public required Version CriuVersion { get; init; }

    /// <summary>Where images come in.</summary>
    public string Images { get; }

    /// <summary>Where pages come in.</summary>
    public PageStore Pages { get; }

    /// <summary>What the container's memory consists of, apart from what the images hold; null if they hold all of it.</summary>
    public IReadOnlyList<SpaceLayout>? Layouts { get; set; }

    /// <summary>The same for the memory that its processes share.</summary>
    public IReadOnlyList<SegmentLayout> Segments { get; set; } = [];

    /// <summary>Makes the directory, its images in memory.</summary>
    /// <param name="docker">This host's engine.</param>
    /// <param name="containerId">The created container.</param>
    /// <param name="criuVersion">The version of CRIU here.</param>
    /// <param name="memoryBytes">What images and pages will take, as far as can be said.</param>
    public static TargetRestore Prepare(DockerClient docker, string containerId, Version criuVersion, long memoryBytes)
    {
        try
        {
            HostMemory.EnsureAvailable(memoryBytes);
            var directory = RestoreDirectory.Create(containerId);
            // The memory mounts itself over a directory that it makes.
            Directory.Delete(directory.Images);
            ImageMemory.Create(RestoreDirectory.ImagesName, Math.Max(memoryBytes, HostMemory.ReadAvailable() - Reserve) + (16L << 20), directory.Path);
            return new TargetRestore(docker, containerId, directory) { CriuVersion = criuVersion };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MigratorException($"The directory for the restore cannot be made: {e.Message}", e);
        }
    }

    /// <summary>Starts the process that will put memory in place while the container runs.</summary>
    /// <exception cref="MigratorException">It did not come up.</exception>
    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        await LazyServerProcess.StartAsync(Environment.ProcessPath!, _containerId, Pages.Directory, cancellationToken);
        _isServed = true;
    }

    /// <summary>Has Docker begin to start the container; see <see cref="StandsByAsync"/> for how far it is.</summary>
    public void StandBy() => _start ??= _docker.StartContainerAsync(_containerId, CancellationToken.None);

    /// <summary>Waits until Docker, if it was told to start the container, has come as far as it can without images: all is mounted then.</summary>
    /// <exception cref="MigratorException">Docker cannot.</exception>
    public Task StandsByAsync(CancellationToken cancellationToken) => _start is null
        ? Task.CompletedTask
        : WaitForAsync(RestoreDirectory.SupervisorName, StandByLimit, "Docker did not come to start the container", cancellationToken);

    /// <summary>Restores, up to where the container would run on.</summary>
    /// <param name="closeConnections">Whether established TCP connections are closed.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="MigratorException">It cannot be restored; CRIU's own last errors are in the message.</exception>
    public async Task HoldAsync(bool closeConnections, CancellationToken cancellationToken)
    {
        // Before the pages become images.
        var limit = HoldBase + (HoldPerGibibyte * (Pages.Bytes / (double)(1L << 30)));
        var options = "--tcp-established\n--ext-unix-sk\n--file-locks\n";
        if (Layouts is { } layouts && Compose(layouts))
            options += "--lazy-pages\n";
        _directory.Publish(RestoreDirectory.OptionsName, options);
        // CRIU's own network lock would cost up to 70 ms, and there is nobody yet who could disturb.
        _directory.Publish(RestoreDirectory.CriuConfigurationName, closeConnections ? "network-lock skip\ntcp-close\n" : "network-lock skip\n");
        _directory.Publish(RestoreDirectory.ReadyName);
        StandBy();
        await WaitForAsync(RestoreDirectory.HeldName, limit, "The restore did not come to its end", cancellationToken);
    }

    // Whether the restore is to be a lazy one.
    private bool Compose(IReadOnlyList<SpaceLayout> layouts)
    {
        Pages.Finish(layouts, Segments);
        _segmentFiles = SegmentComposer.Compose(Images, Pages, Segments, CriuVersion);
        if (!_isServed)
        {
            ImageComposer.ComposeEager(Images, Pages, layouts, CriuVersion);
            return false;
        }

        ImageComposer.ComposeLazy(Images, Pages, layouts, CriuVersion).Write(Pages.Directory);
        return true;
    }

    private async Task WaitForAsync(string file, TimeSpan limit, string complaint, CancellationToken cancellationToken)
    {
        var until = Environment.TickCount64 + (long)limit.TotalMilliseconds;
        while (!_directory.Has(file))
        {
            if (Environment.TickCount64 > until)
                throw new MigratorException($"{complaint} within {limit.TotalSeconds:0} seconds and was given up.");
            if (_start!.IsCompleted)
            {
                await _start;
                throw new MigratorException("Docker says that it started the container, but nothing was restored.");
            }

            await Task.Delay(PollInterval, cancellationToken);
        }
    }

    /// <summary>
    /// Once the container runs: gives back the memory of pages that came and that it did not have any more in the end, and of those that
    /// its processes share, which are in its own memory now.
    /// </summary>
    public void Trim()
    {
        foreach (var file in _segmentFiles)
            File.Delete(file);
        if (_isServed && Layouts is { } layouts)
            Pages.Trim(layouts);
    }

    /// <summary>Decides that the container runs here, and waits until it does.</summary>
    /// <returns>False if somebody decided otherwise before: it does not run and never will.</returns>
    /// <exception cref="MigratorException">The decision stands, but the container did not come to run.</exception>
    public async Task<bool> CommitAsync()
    {
        if (_directory.Decision.TryDecide(Decision.Commit) == Decision.Abort)
            return false;
        await _start!;
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Pages.Dispose();
        _lease.Dispose();
    }
}
