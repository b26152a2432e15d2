namespace DockerMigrator.Native.Files;

/// <summary>A byte path as C wants it. Short ones cost a copy to the stack, longer ones an array.</summary>
internal static class NulTerminated
{
    /// <summary>Room to give on the stack.</summary>
    public const int StackSize = 320;

    /// <summary>
    /// The path with a NUL behind it, in <paramref name="scratch"/> if it fits. A path with a NUL inside becomes the
    /// empty path, which every call refuses: C would silently cut it short and act on another file.
    /// </summary>
    public static ReadOnlySpan<byte> Make(ReadOnlySpan<byte> path, Span<byte> scratch)
    {
        if (path.Contains((byte)0))
            path = default;
        var result = path.Length < scratch.Length ? scratch[..(path.Length + 1)] : new byte[path.Length + 1];
        path.CopyTo(result);
        result[path.Length] = 0;
        return result;
    }
}
