using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Files;

/// <summary>A device by its driver (12 bits are in use) and its number there (20 bits).</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DeviceNumber(uint Major, uint Minor)
{
    /// <summary>As mknod(2) wants it and stat(2) tells it.</summary>
    public ulong Packed => (Minor & 0xFF) | ((Major & 0xFFFul) << 8) | ((Minor & ~0xFFul) << 12) | ((ulong)(Major & ~0xFFFu) << 32);

    /// <summary>The device that <see cref="Packed"/> is of.</summary>
    public static DeviceNumber Unpack(ulong packed) =>
        new((uint)((packed >> 8) & 0xFFF) | (uint)((packed >> 32) & ~0xFFFul), (uint)(packed & 0xFF) | (uint)((packed >> 12) & 0xFFFFF00));
}
