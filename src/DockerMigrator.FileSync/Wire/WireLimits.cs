namespace DockerMigrator.FileSync.Wire;

/// <summary>What a change stream may hold, at most.</summary>
internal static class WireLimits
{
    public const uint Magic = 0x53464D44;
    public const byte Version = 1;
    public const int BlockSize = 1 << 20;
    public const int SegmentHeader = 12;
    public const int XattrName = 255;
    public const int XattrValue = 64 * 1024;
    public const int XattrTotal = 16 << 20;
    public const int SymlinkTarget = 4095;

    /// <summary>Beyond the deepest trees that file systems and people make; keeps a hostile sender from filling the memory.</summary>
    public const int Depth = 65536;
    public const int LinkPath = 8 << 20;
}
