namespace DockerMigrator.Native.Ptrace;

/// <summary>System calls of arm64 (<c>user_pt_regs</c>: x0 to x30, sp, pc, pstate). The number is in x8.</summary>
/// <remarks>
/// At a stop the kernel has already wound back a call that it will repeat, so restored registers do so. It has not yet
/// turned a relative sleep into <c>restart_syscall</c>, so that one begins anew: longer, never shorter.
/// </remarks>
internal sealed class Arm64CallConvention : CallConvention
{
    private const int Number = 8;
    private const int ProgramCounter = 32;

    public override int RegisterCount => 34;

    // svc #0
    public override ReadOnlySpan<byte> Instruction => [0x01, 0x00, 0x00, 0xd4];

    public override int Alignment => 4;

    public override ulong UserFaultCall => 282;

    public override ulong CloseCall => 57;

    public override void Prepare(Span<ulong> registers, ulong instruction, ulong call, ulong argument)
    {
        registers[0] = argument;
        registers[Number] = call;
        registers[ProgramCounter] = instruction;
    }

    public override long GetResult(ReadOnlySpan<ulong> registers) => (long)registers[0];

    public override ref ulong InstructionPointer(Span<ulong> registers) => ref registers[ProgramCounter];

    // Not to be seen in the registers; then a sequence is looked for, and not found in a thread that is in a call.
    public override bool IsInCall(ReadOnlySpan<ulong> registers) => false;

    public override void RepeatInterruptedWait(Span<ulong> registers)
    {
        // The call's first argument is overwritten by its result: it cannot be repeated from outside.
    }
}
