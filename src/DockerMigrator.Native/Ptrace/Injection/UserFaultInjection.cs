using DockerMigrator.Native.Files;
using DockerMigrator.Native.Memory;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Native.Ptrace.Injection;

/// <summary>
/// Makes another process call <c>userfaultfd(2)</c>, takes the descriptor over and closes it there: the only way to get one
/// for another process's memory. One of its threads stands still for it, some 0.2 ms.
/// </summary>
/// <remarks>
/// All runs on the calling OS thread, which is to end afterwards: that lets go of a thread that did not stop in time.
/// </remarks>
internal static class UserFaultInjection
{
    // A thread that does not wait in the kernel for anything long stops as soon as it gets a processor. Until then it runs.
    private static readonly TimeSpan StopLimit = TimeSpan.FromMilliseconds(100);

    /// <summary>Makes one for the memory of the process.</summary>
    /// <param name="thread">Thread that is to make it.</param>
    /// <param name="copy">The descriptor, if all went well; else invalid.</param>
    public static InjectionResult Create(int thread, out FileDescriptor copy)
    {
        var taken = new FileDescriptor(-1);
        var result = Run(thread, (stopped, instruction, convention) =>
        {
            var error = stopped.Call(instruction, convention.UserFaultCall, UserFaultDescriptor.CreationFlags, out var number);
            if (error != Errno.None)
                return error;
            error = ProcessDescriptor.Copy(thread, (int)number, out taken);
            // A thread that closes whatever it finds might have replaced it: then it is not ours to close.
            if (error == Errno.None)
                error = UserFaultDescriptor.Own(taken).Enable();
            if (error == Errno.ENOTTY)
                return error;
            var closing = stopped.Call(instruction, convention.CloseCall, (ulong)number, out _);
            return error == Errno.None ? closing : error;
        });
        if (result.Outcome == InjectionOutcome.Done)
        {
            copy = taken;
            return result with { Descriptor = taken.Number };
        }

        taken.Dispose();
        copy = new FileDescriptor(-1);
        return result;
    }

    /// <summary>Closes a descriptor in a process.</summary>
    /// <param name="thread">Thread that is to close it.</param>
    /// <param name="number">The descriptor's number there.</param>
    public static InjectionResult Close(int thread, int number) =>
        Run(thread, (stopped, instruction, convention) => stopped.Call(instruction, convention.CloseCall, (ulong)number, out _));

    private static InjectionResult Run(int thread, Func<StoppedThread, ulong, CallConvention, Errno> calls)
    {
        var instruction = SystemCallInstruction.Find(thread);
        if (instruction == 0 || CallConvention.Current is not { } convention || StoppedThread.Stop(thread, StopLimit) is not { } stopped)
            return new InjectionResult(InjectionOutcome.NotStopped, Errno.None, -1, TimeSpan.Zero);
        var error = Errno.ESRCH;
        try
        {
            // It might have executed another program in between; now it cannot any more.
            if (SystemCallInstruction.IsAt(thread, instruction))
                error = calls(stopped, instruction, convention);
        }
        finally
        {
            stopped.Release();
        }

        var outcome = error switch
        {
            Errno.None => InjectionOutcome.Done,
            Errno.ESRCH => InjectionOutcome.Ended,
            _ => InjectionOutcome.Refused,
        };
        return new InjectionResult(outcome, error, -1, stopped.Elapsed);
    }
}
