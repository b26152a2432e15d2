using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Memory;

/// <summary>A private anonymous mapping of this process, for trying out what the kernel can do.</summary>
public sealed unsafe class AnonymousMemory : IDisposable
{
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly nint _address;
    private readonly int _length;
    private bool _isGone;

    /// <summary>Maps <paramref name="length"/> bytes, a multiple of the page size.</summary>
    /// <exception cref="IOException">The kernel refuses.</exception>
    public AnonymousMemory(int length)
    {
        _length = length;
        _address = MemoryInterop.Map(0, (nuint)length, ReadWrite, PrivateAnonymous, -1, 0);
        if (_address == -1)
            throw new IOException($"Cannot map {length} bytes: {FileCalls.Last().Describe()}.");
    }

    /// <summary>Its address.</summary>
    public ulong Start => (ulong)_address;

    /// <summary>The address behind it.</summary>
    public ulong End => Start + (ulong)_length;

    /// <summary>Its content.</summary>
    public Span<byte> Content => new((void*)_address, _length);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Twice would unmap what somebody else has there by then.
        if (!_isGone)
            _ = MemoryInterop.Unmap(_address, (nuint)_length);
        _isGone = true;
    }
}
