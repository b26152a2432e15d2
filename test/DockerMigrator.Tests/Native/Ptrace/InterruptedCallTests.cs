using CsCheck;
using DockerMigrator.Native.Ptrace;

namespace DockerMigrator.Tests.Native.Ptrace;

public sealed class InterruptedCallTests
{
    private const ulong Eintr = unchecked((ulong)-4L);
    private const ulong RestartBlock = unchecked((ulong)-516L);
    private const ulong Address = 0x4ae3f7;
    private const ulong Stack = 0x7ffc_8f15_ca88;

    [Theory]
    [InlineData(7)]
    [InlineData(35)]
    [InlineData(202)]
    [InlineData(230)]
    public void A_wait_that_was_broken_off_is_made_anew(ulong call)
    {
        var registers = Registers(call);

        InterruptedCall.RepairRestored(ref registers).Should().BeTrue();

        registers.ReturnValue.Should().Be(call);
        registers.InstructionPointer.Should().Be(Address - 2);
    }

    [Fact]
    public void In_a_live_thread_the_kernel_decides_whether_a_signal_comes_first()
    {
        var registers = Registers(219, 0, 0, Stack, Stack);

        InterruptedCall.RepairLive(ref registers).Should().BeTrue();

        registers.ReturnValue.Should().Be(unchecked((ulong)-514L));
        registers.Call.Should().Be(230);
        registers.InstructionPointer.Should().Be(Address);
    }

    // Arguments as seen of programs after docker pause and unpause.
    [Theory]
    [InlineData(230UL, 0UL, 0UL, Stack, Stack)] // busybox's sleep
    [InlineData(230UL, 0xffff_fffeUL, 0UL, Stack, 0UL)] // a clock of a process
    [InlineData(35UL, Stack, Stack, 0UL, 0UL)]
    [InlineData(35UL, Stack, 0UL, Stack, 0UL)]
    [InlineData(202UL, Stack, 0x89UL, 0UL, Stack)] // pthread_cond_timedwait
    [InlineData(202UL, 0x601040UL, 0x80UL, 2UL, Stack)]
    [InlineData(7UL, 0xa1a_22c0UL, 3UL, 0xf4240UL, 0UL)]
    [InlineData(7UL, 0xa1a_22c0UL, 1UL, 0xffff_ffffUL, Stack)] // without end
    [InlineData(7UL, 0UL, 0UL, 1000UL, 0UL)]
    public void What_was_interrupted_twice_is_known_by_its_arguments(ulong call, ulong di, ulong si, ulong dx, ulong r10) =>
        InterruptedCall.Find(Registers(219, di, si, dx, r10)).Should().Be(call);

    [Theory]
    [InlineData(0xa1a_22c0UL, 0UL, 0xf4240UL, 0UL)] // nanosleep, or poll of nothing
    [InlineData(0UL, 0UL, 0x404040UL, 0UL)] // clock_nanosleep in a program at a fixed address, or poll of nothing
    [InlineData(1UL, 2UL, 3UL, 4UL)]
    public void Nothing_is_guessed(ulong di, ulong si, ulong dx, ulong r10) =>
        InterruptedCall.Find(Registers(219, di, si, dx, r10)).Should().BeNull();

    [Fact]
    public void All_else_stays_as_it_is() => Gen.Select(Gen.ULong.Array[X64Registers.Count], Gen.OneOf(Gen.Const(Eintr), Gen.Const(RestartBlock), Gen.Const(0UL)), Gen.ULong[0, 460]).Sample((values, result, call) =>
    {
        var before = new X64Registers();
        values.CopyTo(before);
        before.ReturnValue = result;
        before.Call = call;
        if (before.Is64Bit && result == Eintr && InterruptedCall.IsCandidate(call))
            return;
        var after = before;
        InterruptedCall.RepairRestored(ref after).Should().BeFalse();
        InterruptedCall.RepairLive(ref after).Should().BeFalse();
        ((ReadOnlySpan<ulong>)after).SequenceEqual(before).Should().BeTrue();
    });

    private static X64Registers Registers(ulong call, ulong di = 0, ulong si = 0, ulong dx = 0, ulong r10 = 0)
    {
        var registers = new X64Registers { Call = call, ReturnValue = Eintr, InstructionPointer = Address };
        (registers[14], registers[13], registers[12], registers[7]) = (di, si, dx, r10);
        registers[17] = 0x33;
        return registers;
    }
}
