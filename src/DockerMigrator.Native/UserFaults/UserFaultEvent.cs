using System.Runtime.InteropServices;

namespace DockerMigrator.Native.UserFaults;

/// <summary>One message of a user fault descriptor, as the kernel writes it (<c>struct uffd_msg</c>).</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public readonly struct UserFaultEvent
{
    /// <summary>Bytes of a message.</summary>
    public const int Size = 32;

    /// <summary>What happened.</summary>
    [field: FieldOffset(0)]
    public UserFaultEventKind Kind { get; }

    /// <summary>Of a fork: the number of the new descriptor, which the kernel has opened in the process that read the message.</summary>
    public int ForkedDescriptor => (int)(uint)First;

    /// <summary>Of a fault: where, not rounded.</summary>
    public ulong FaultAddress => Second;

    /// <summary>Of the other kinds: where the memory begins, or began.</summary>
    public ulong Start => First;

    /// <summary>Of a removal or unmapping: its end.</summary>
    public ulong End => Second;

    /// <summary>Of a move: where to.</summary>
    public ulong MovedTo => Second;

    /// <summary>Of a move: how much.</summary>
    public ulong MovedLength => Third;

    [field: FieldOffset(8)]
    private ulong First { get; }

    [field: FieldOffset(16)]
    private ulong Second { get; }

    [field: FieldOffset(24)]
    private ulong Third { get; }
}
