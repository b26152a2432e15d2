using System.Buffers.Binary;
using DockerMigrator.Native.Memory;

namespace DockerMigrator.Native.Ptrace;

/// <summary>
/// Restartable sequences (rseq(2)): a thread that is interrupted within one is to go on at the sequence's abort handler.
/// The kernel sees to it by the instruction pointer, which it does not know while a foreign call runs in the thread.
/// </summary>
internal static class RestartableSequence
{
    private const int DescriptorOffset = 8; // rseq.rseq_cs

    /// <summary>Where a stopped thread is to go on: <paramref name="instructionPointer"/> itself outside of a sequence.</summary>
    public static ulong Resume(int thread, ulong instructionPointer)
    {
        var area = PtraceCalls.FindSequenceArea(thread);
        if (area == 0)
            return instructionPointer;
        Span<byte> pointer = stackalloc byte[sizeof(ulong)];
        if (!ProcessMemory.TryReadAll(thread, area + DescriptorOffset, pointer))
            return instructionPointer;
        // struct rseq_cs: version, flags, start, length, abort handler
        Span<byte> descriptor = stackalloc byte[32];
        var address = BinaryPrimitives.ReadUInt64LittleEndian(pointer);
        if (address == 0 || !ProcessMemory.TryReadAll(thread, address, descriptor))
            return instructionPointer;
        var start = BinaryPrimitives.ReadUInt64LittleEndian(descriptor[8..]);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(descriptor[16..]);
        return instructionPointer - start < length ? BinaryPrimitives.ReadUInt64LittleEndian(descriptor[24..]) : instructionPointer;
    }
}
