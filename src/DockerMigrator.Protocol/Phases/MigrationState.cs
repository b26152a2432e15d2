namespace DockerMigrator.Protocol.Phases;

/// <summary>
/// Where a migration stands, seen from the source. Each state says what the world looks like *if the program dies now*,
/// because that is what recovery has to deal with.
/// <code>
///  Checking ─► Preparing ─► Copying ─► PreCopying ─► Freezing ─► Dumping ─► Restoring ─► Committing ─► Settling ─► Moved
///     │            │           │           │             │          │           │            │  └─► Asking ─┬─► Settling
///     ▼            ▼           ▼           ▼             ▼          ▼           ▼            ▼              ├─► RollingBack
///  Refused      RollingBack ◄────────────────────────────────────────────────────────────────┘              └─► InDoubt
///                  └─► RolledBack
/// </code>
/// A migration with a restart goes the same way: "paused" then is "stopped", "goes on" is "is started again", and the target starts the
/// container when the commit comes.
/// </summary>
public abstract record MigrationState
{
    private MigrationState()
    {
    }

    /// <summary>Whether nothing more will happen.</summary>
    public virtual bool IsFinal => false;

    /// <summary>Both hosts are looked at; nothing is changed anywhere.</summary>
    public sealed record Checking : MigrationState;

    /// <summary>The target receives the image and creates volumes and container; the source runs untouched.</summary>
    public sealed record Preparing : MigrationState;

    /// <summary>Files are copied while the container runs.</summary>
    public sealed record Copying : MigrationState;

    /// <summary>Memory is copied, round after round, while the container runs; or, without it, files once more. It may be throttled.</summary>
    public sealed record PreCopying : MigrationState;

    /// <summary>The source is being paused and its network locked. It may be paused already.</summary>
    public sealed record Freezing : MigrationState;

    /// <summary>The source is paused; its memory and last changed files are on their way.</summary>
    public sealed record Dumping : MigrationState;

    /// <summary>The target restores, and will hold the container before its first instruction.</summary>
    public sealed record Restoring : MigrationState;

    /// <summary>
    /// The commit is being sent. From here on only the target's word counts: the source stays paused until the target
    /// has said that it does not run the container.
    /// </summary>
    public sealed record Committing : MigrationState;

    /// <summary>The commit was sent and the answer is missing: the target is asked on a new connection.</summary>
    /// <param name="Cause">Why the answer is missing.</param>
    public sealed record Asking(Failure Cause) : MigrationState;

    /// <summary>The container runs on the target; the source's copy is being removed.</summary>
    public sealed record Settling : MigrationState;

    /// <summary>What was done is being undone; the container goes on at the source first of all.</summary>
    /// <param name="Cause">Why.</param>
    /// <param name="Thaw">Whether the source may be paused and has to go on.</param>
    public sealed record RollingBack(Failure Cause, bool Thaw) : MigrationState;

    /// <summary>The container runs on the target.</summary>
    public sealed record Moved : MigrationState
    {
        /// <inheritdoc/>
        public override bool IsFinal => true;
    }

    /// <summary>Nothing was touched on either side.</summary>
    /// <param name="Cause">Why not.</param>
    public sealed record Refused(Failure Cause) : MigrationState
    {
        /// <inheritdoc/>
        public override bool IsFinal => true;
    }

    /// <summary>The container goes on at the source and the target is clean.</summary>
    /// <param name="Cause">Why.</param>
    public sealed record RolledBack(Failure Cause) : MigrationState
    {
        /// <inheritdoc/>
        public override bool IsFinal => true;
    }

    /// <summary>
    /// Either nobody can say whether the target runs the container, and the source stays paused so that never two run; or
    /// the way back itself failed. In both cases <c>docker-migrator recover</c> goes on from here.
    /// </summary>
    /// <param name="Cause">Why.</param>
    public sealed record InDoubt(Failure Cause) : MigrationState
    {
        /// <inheritdoc/>
        public override bool IsFinal => true;
    }
}
