using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Files;

/// <summary>What an <see cref="Errno"/> says to people.</summary>
public static class ErrnoExtensions
{
    /// <summary>The C library's words in lower case, as a part of a sentence: "no space left on device".</summary>
    public static string Describe(this Errno error)
    {
        var text = Marshal.GetPInvokeErrorMessage((int)error);
        // An acronym at the start keeps its capitals.
        return text.Length > 1 && char.IsLower(text[1]) ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }
}
