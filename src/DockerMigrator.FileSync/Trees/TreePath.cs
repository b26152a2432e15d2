using System.Globalization;
using System.Text;

namespace DockerMigrator.FileSync.Trees;

/// <summary>Names and paths as raw bytes: Linux knows no encoding, only that '/' and NUL are not part of a name.</summary>
public static class TreePath
{
    /// <summary>The longest name that Linux file systems take, in bytes (NAME_MAX).</summary>
    public const int LongestName = 255;

    /// <summary>The longest path of one system call, NUL included (PATH_MAX).</summary>
    public const int LongestCall = 4096;

    /// <summary>Whether it names an entry of a directory: not empty, not "." or "..", no '/', no NUL, not too long.</summary>
    public static bool IsName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= LongestName && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8) && !name.ContainsAny((byte)0, (byte)'/');

    /// <summary>A path for people: UTF-8 as it is; control characters, backslashes and bytes that are no UTF-8 escaped.</summary>
    public static string Printable(ReadOnlySpan<byte> path)
    {
        var text = new StringBuilder(path.Length);
        Span<char> chars = stackalloc char[2];
        while (path.Length > 0)
        {
            if (Rune.DecodeFromUtf8(path, out var rune, out var length) != System.Buffers.OperationStatus.Done || Rune.IsControl(rune) || rune.Value == '\\')
            {
                foreach (var value in path[..length])
                    AppendEscaped(text, value);
            }
            else
            {
                text.Append(chars[..rune.EncodeToUtf16(chars)]);
            }

            path = path[length..];
        }

        return text.ToString();
    }

    private static void AppendEscaped(StringBuilder text, byte value) => _ = value switch
    {
        (byte)'\\' => text.Append("\\\\"),
        (byte)'\n' => text.Append("\\n"),
        (byte)'\t' => text.Append("\\t"),
        _ => text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
    };
}
