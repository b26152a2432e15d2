namespace DockerMigrator.Native.Ptrace;

/// <summary>System calls of x86-64 (<c>user_regs_struct</c>, see <see cref="X64Registers"/>).</summary>
internal sealed class X64CallConvention : CallConvention
{
    private const int R10 = 7;
    private const int R8 = 9;
    private const int Ax = 10;
    private const int Dx = 12;
    private const int Di = 14;
    private const int Call = 15; // orig_rax
    private const int Ip = 16;

    private const ulong None = ulong.MaxValue;
    private const ulong Interrupted = unchecked((ulong)-4L); // EINTR
    private const ulong RestartNoHandler = unchecked((ulong)-514L); // ERESTARTNOHAND

    public override int RegisterCount => 27;

    public override ReadOnlySpan<byte> Instruction => [0x0f, 0x05];

    public override int Alignment => 1;

    public override ulong UserFaultCall => 323;

    public override ulong CloseCall => 3;

    public override void Prepare(Span<ulong> registers, ulong instruction, ulong call, ulong argument)
    {
        registers[Ax] = call;
        registers[Di] = argument;
        registers[Ip] = instruction;
        registers[Call] = None;
    }

    public override long GetResult(ReadOnlySpan<ulong> registers) => (long)registers[Ax];

    public override ref ulong InstructionPointer(Span<ulong> registers) => ref registers[Ip];

    public override bool IsInCall(ReadOnlySpan<ulong> registers) => (long)registers[Call] >= 0;

    public override void RepeatInterruptedWait(Span<ulong> registers)
    {
        // The kernel then repeats it unless a signal handler is to run first.
        if (registers[Ax] == Interrupted && IsEndlessWait(registers))
            registers[Ax] = RestartNoHandler;
    }

    // signal(7): what fails with EINTR after a stop. Those with a time limit are left alone: they would wait it out anew.
    private static bool IsEndlessWait(ReadOnlySpan<ulong> registers) => registers[Call] switch
    {
        65 => true, // semop
        128 => registers[Dx] == 0, // rt_sigtimedwait
        208 => registers[R8] == 0, // io_getevents
        220 or 441 => registers[R10] == 0, // semtimedop, epoll_pwait2
        232 or 281 => (int)registers[R10] < 0, // epoll_wait, epoll_pwait
        _ => false,
    };
}
