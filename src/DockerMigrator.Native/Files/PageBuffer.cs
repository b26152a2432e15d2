using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Files;

/// <summary>Memory outside the collected heap, aligned to pages, for large transfers: the kernel copies whole pages fastest.</summary>
public sealed unsafe class PageBuffer : IDisposable
{
    private const int Alignment = 4096;

    private byte* _start;

    /// <summary>A buffer of this many bytes.</summary>
    public PageBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        Length = length;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)length, Alignment);
    }

    /// <summary>Its size in bytes.</summary>
    public int Length { get; }

    /// <summary>Its contents, good until it is disposed.</summary>
    public Span<byte> Span => new(_start, Length);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
