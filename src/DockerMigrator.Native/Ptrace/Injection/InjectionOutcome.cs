namespace DockerMigrator.Native.Ptrace.Injection;

/// <summary>How an attempt to run calls in another process ended.</summary>
public enum InjectionOutcome
{
    /// <summary>As it should.</summary>
    Done = 0,

    /// <summary>
    /// The thread could not be used: it is gone, traced by somebody else, stopped by a signal, frozen, too deep in the kernel,
    /// or runs 32-bit code. Nothing was changed.
    /// </summary>
    NotStopped = 1,

    /// <summary>The kernel refused the call, or the copying of what it made. Nothing is left behind.</summary>
    Refused = 2,

    /// <summary>The process ended meanwhile.</summary>
    Ended = 3,
}
