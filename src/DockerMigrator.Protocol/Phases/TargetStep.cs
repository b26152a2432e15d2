using DockerMigrator.Protocol.Framing;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Protocol.Phases;

/// <summary>Which requests an agent takes when: a source that mixes up the order is turned away before anything is done.</summary>
public static class TargetStep
{
    /// <summary>The state after a request was carried out.</summary>
    /// <exception cref="FramingException">The request has no place in this state.</exception>
    public static TargetState Next(TargetState state, Request request) => (state, request) switch
    {
        (TargetState.Connected, Hello) => TargetState.Greeted,
        (TargetState.Greeted, CheckTarget) => TargetState.Checked,
        (TargetState.Greeted, AskOutcome) => TargetState.Greeted,
        (TargetState.Checked, ReceiveImage) => TargetState.Checked,
        (TargetState.Checked, CreateContainer) => TargetState.Created,
        (TargetState.Created, ReceiveTree or ReceiveLog or ProbeVolume) => TargetState.Created,
        (TargetState.Created, HoldStart) => TargetState.Held,
        (TargetState.Created, PrepareRestore) => TargetState.Prepared,
        (TargetState.Prepared, ReceiveTree or ReceiveLog or ReceivePages or OpenData or StandBy) => TargetState.Prepared,
        (TargetState.Prepared, ReceiveCheckpoint) => TargetState.Loaded,
        // Files that changed last may arrive after the memory: the order of the two is the source's business.
        (TargetState.Loaded, ReceiveTree or ReceiveLog or ReceivePages) => TargetState.Loaded,
        (TargetState.Loaded, Messages.Restore) => TargetState.Held,
        (TargetState.Held, Commit) => TargetState.Committed,
        (TargetState.Committed, Settle) => TargetState.Ended,
        (TargetState.Greeted or TargetState.Checked or TargetState.Created or TargetState.Prepared or TargetState.Loaded or TargetState.Held or TargetState.Failed, Abort) => TargetState.Ended,
        _ => throw new FramingException($"The source asked for {request.GetType().Name} when this agent was {state}."),
    };
}
