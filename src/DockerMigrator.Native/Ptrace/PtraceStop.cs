namespace DockerMigrator.Native.Ptrace;

/// <summary>Why a traced thread stands still.</summary>
/// <param name="Signal">The signal that is about to be delivered; in a stop without one, the one that stands for the stop.</param>
/// <param name="Code">Where it came from (<c>si_code</c>).</param>
internal readonly record struct PtraceStop(int Signal, int Code)
{
    private const int EventStop = 128; // PTRACE_EVENT_STOP
    private const int Trap = 5; // SIGTRAP
    private const int SystemCall = Trap | 0x80; // with PTRACE_O_TRACESYSGOOD

    /// <summary>Whether the tracer asked for it, or a signal such as SIGSTOP stopped the whole process: nothing is to be delivered.</summary>
    public bool IsEvent => Code >> 8 == EventStop;

    /// <summary>Whether a signal such as SIGSTOP has stopped the whole process.</summary>
    public bool IsJobControl => IsEvent && Signal != Trap;

    /// <summary>Whether the thread is about to enter or to leave a system call.</summary>
    public bool IsSystemCall => Signal == Trap && Code == SystemCall;

    /// <summary>What the thread is to be let go with, so that no signal is lost; 0 for none.</summary>
    public int SignalToDeliver => IsEvent || IsSystemCall ? 0 : Signal;
}
