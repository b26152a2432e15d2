using System.Diagnostics;
using static DockerMigrator.Protocol.Phases.MigrationEvent;
using static DockerMigrator.Protocol.Phases.MigrationState;

namespace DockerMigrator.Protocol.Phases;

/// <summary>
/// The whole course of a migration as one pure function. The effects belong to the states: whoever runs the machine
/// performs the work of a state, reports what came of it as an event, and gets the next state.
/// </summary>
/// <remarks>
/// The rule that outranks all others is here in two lines: after <see cref="Committing"/> the only way to
/// <see cref="RollingBack"/> is <see cref="TargetDeclined"/>, and before it the target cannot run the container.
/// </remarks>
public static class MigrationStep
{
    /// <summary>Where every migration begins.</summary>
    public static MigrationState Start { get; } = new Checking();

    /// <summary>The state that follows.</summary>
    /// <exception cref="UnreachableException">The event does not belong to the state: a defect of the caller.</exception>
    public static MigrationState Next(MigrationState state, MigrationEvent happened) => (state, happened) switch
    {
        (Checking, Done) => new Preparing(),
        (Preparing, Done) => new Copying(),
        (Copying, Done) => new PreCopying(),
        (PreCopying, Done) => new Freezing(),
        (Freezing, Done) => new Dumping(),
        (Dumping, Done) => new Restoring(),
        (Restoring, Done) => new Committing(),
        (Committing or Asking, Done) => new Settling(),
        (Settling, Done) => new Moved(),
        (RollingBack back, Done) => new RolledBack(back.Cause),

        (Checking, WentWrong wrong) => new Refused(wrong.Failure),
        (Preparing or Copying or PreCopying, WentWrong wrong) => new RollingBack(wrong.Failure, Thaw: false),
        (Freezing or Dumping or Restoring, WentWrong wrong) => new RollingBack(wrong.Failure, Thaw: true),
        (Committing, WentWrong wrong) => new Asking(wrong.Failure),
        (Asking asking, WentWrong) => new InDoubt(asking.Cause),
        (RollingBack, WentWrong wrong) => new InDoubt(wrong.Failure),

        (Committing or Asking, TargetDeclined declined) => new RollingBack(declined.Failure, Thaw: true),

        _ => throw new UnreachableException($"{happened.GetType().Name} cannot happen in {state.GetType().Name}"),
    };
}
