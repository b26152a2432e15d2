using System.Text;

namespace DockerMigrator.Migration.Source.Logs;

/// <summary>What of a container's log came too late to be moved.</summary>
/// <param name="Bytes">How much it is.</param>
/// <param name="Text">How it begins, on one line; empty where it is no text, as with the <c>local</c> driver.</param>
public sealed record LateLog(long Bytes, string Text)
{
    /// <summary>Enough bytes for a few lines: it is for a message.</summary>
    public const int LongestText = 1024;

    /// <summary>None is missing.</summary>
    public static readonly LateLog None = new(0, "");

    /// <summary>What begins with these bytes.</summary>
    /// <param name="start">At most <see cref="LongestText"/> of them.</param>
    /// <param name="length">How many there are in all.</param>
    public static LateLog Of(ReadOnlySpan<byte> start, long length)
    {
        var text = Encoding.UTF8.GetString(start).TrimEnd('\n').Replace("\n", " ", StringComparison.Ordinal);
        return new LateLog(length, text.Length == 0 || text.Any(char.IsControl) ? "" : start.Length < length ? text + " …" : text);
    }
}
