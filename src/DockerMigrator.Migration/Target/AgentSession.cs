using DockerMigrator.Criu.Images;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Migration.Source;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Wire;
using DockerMigrator.Protocol;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Framing;
using DockerMigrator.Protocol.Messages;
using DockerMigrator.Protocol.Phases;

namespace DockerMigrator.Migration.Target;

/// <summary>
/// The agent's side of one connection: takes requests in the order that <see cref="TargetStep"/> allows, and when the
/// connection ends, however it ends, leaves this host with the container running here or with nothing of it.
/// </summary>
public sealed class AgentSession : IAsyncDisposable
{
    private readonly SourceLink _link;
    private TargetState _state = TargetState.Connected;
    private DockerClient? _docker;
    private TargetMigration? _migration;

    /// <summary>Takes the channel over.</summary>
    public AgentSession(IByteChannel channel) => _link = new SourceLink(channel);

    /// <summary>Serves the source until it is done or gone.</summary>
    /// <param name="stop">The agent is told to end: like losing the source.</param>
    /// <exception cref="MigratorException">What was left could not be removed.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, _link.Lost);
        try
        {
            while (_state != TargetState.Ended)
                await ServeAsync(await _link.NextAsync(stop), end.Token);
        }
        catch (Exception e) when (e is ConnectException or FramingException or OperationCanceledException)
        {
            // The source is gone or mad, or we are to end: what follows is the same.
        }
        finally
        {
            await WindUpAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _migration?.Dispose();
        _docker?.Dispose();
        await _link.DisposeAsync();
    }

    private async Task ServeAsync(Request request, CancellationToken end)
    {
        var next = TargetStep.Next(_state, request);
        await using var bulk = request is ReceiveImage or ReceiveTree or ReceiveLog or ReceivePages or ReceiveCheckpoint ? _link.OpenBulk(end) : null;
        Reply reply;
        try
        {
            reply = await PerformAsync(request, bulk, end);
            _state = next;
        }
        catch (Exception e) when (e is MigratorException and not (ConnectException or FramingException) || e is IOException or HttpRequestException or UnauthorizedAccessException)
        {
            reply = new Failed(e.Message);
            _state = next == TargetState.Greeted ? _state : TargetState.Failed;
        }

        await _link.AnswerAsync(reply);
        // A request that failed half-way has the rest of its data still on the wire.
        if (bulk is not null)
            await bulk.DrainAsync();
    }

    private async Task<Reply> PerformAsync(Request request, Stream? bulk, CancellationToken end)
    {
        switch (request)
        {
            case Hello:
                return await GreetAsync();
            case AskOutcome ask:
                return await TargetRecovery.AnswerAsync(_docker!, ask.MigrationId, end);
            case CheckTarget check:
                (_migration, var answer) = await TargetCheck.RunAsync(check, _docker!, end);
                return answer;
            case ReceiveImage image:
                return await TargetImage.ReceiveAsync(_migration!, image, bulk!, end);
            case CreateContainer create:
                return await TargetContainer.CreateAsync(_migration!, create, end);
            case ReceiveTree tree:
                return await TargetFiles.ReceiveTreeAsync(_migration!, tree, bulk!, end);
            case ReceiveLog log:
                return await TargetFiles.ReceiveLogAsync(_migration!, log, bulk!, end);
            case ProbeVolume probe:
                return await TargetProbe.RunAsync(_migration!, probe, end);
            case PrepareRestore prepare when !_migration!.Plan.Restart:
                _migration.Restore = TargetRestore.Prepare(_docker!, _migration.Container!.Id, _migration.CriuVersion, prepare.MemoryBytes);
                if (prepare.IsLazy)
                    await _migration.Restore.ServeAsync(end);
                return new Prepared();
            case OpenData data:
                return TargetPages.OpenData(_migration!, data);
            case ReceivePages pages:
                return await TargetPages.ReceiveAsync(_migration!, pages, bulk!, end);
            case StandBy:
                _migration!.Restore!.StandBy();
                return new Prepared();
            case ReceiveCheckpoint checkpoint:
                HostMemory.EnsureAvailable(checkpoint.Bytes);
                var files = await ImageStream.ReceiveAsync(bulk!, _migration!.Restore!.Images, checkpoint.Bytes, end);
                if (checkpoint.HasAllMemory)
                    _migration.Restore.Layouts = null;
                return new Received(files.Count, files.Sum(file => file.Length));
            case Protocol.Messages.Restore restore:
                await _migration!.Restore!.HoldAsync(restore.CloseConnections, end);
                return new Held();
            case HoldStart when _migration!.Plan.Restart:
                await TargetStart.HoldAsync(_migration, end);
                return new Held();
            case Commit:
                return await CommitAsync();
            case Settle:
                return await SettleAsync();
            case Abort:
                return new Aborted(await UndoAsync());
            default:
                throw new FramingException($"The source asked for {request.GetType().Name}, which does not fit its plan.");
        }
    }

    private async Task<Welcome> GreetAsync()
    {
        if (!Environment.IsPrivilegedProcess)
            throw new MigratorException("The agent needs root; connect as root, or as a user who may run docker-migrator by sudo without a password.");
        _docker = await DockerClient.ConnectAsync(DockerEndpoint.FromEnvironment(), _link.Lost);
        // What a killed agent left behind would be in the way.
        await TargetRecovery.SweepAsync(_docker);
        return new Welcome(Greeting.Version, ProtocolVersion.Current, Environment.MachineName);
    }

    private async Task<Reply> CommitAsync()
    {
        try
        {
            return new Running { SinceMs = (await TargetCommit.RunAsync(_migration!)).TotalMilliseconds };
        }
        catch (MigratorException e)
        {
            // To say "it does not run here" lets the source go on: only after it is certain. If the undoing throws, no
            // answer is given, and the source will ask.
            await UndoAsync();
            _state = TargetState.Ended;
            return new Outcome(Runs: false, e.Message);
        }
    }

    private async Task<Settled> SettleAsync()
    {
        _migration!.Restore?.Trim();
        var warnings = await TargetFinish.RunAsync(_docker!, _migration.Journal!);
        var container = await _docker!.InspectContainerAsync(_migration.Container!.Id, CancellationToken.None);
        Forget();
        return new Settled(container.Json, warnings);
    }

    private async Task<IReadOnlyList<string>> UndoAsync()
    {
        if (_migration?.Journal is not { } journal)
            return [];
        var leftovers = await TargetUndo.RunAsync(_docker!, journal);
        File.Delete(journal.Path);
        Forget();
        return leftovers;
    }

    private async Task WindUpAsync()
    {
        if (_migration?.Journal is not { } journal)
            return;
        if (_state == TargetState.Committed)
            await SettleAsync();
        else if (!journal.Has(JournalSteps.Committed))
            await UndoAsync();
        else
            await TargetRecovery.SettleOwnAsync(_docker!, journal);
    }

    private void Forget()
    {
        _migration?.Dispose();
        _migration = null;
    }
}
