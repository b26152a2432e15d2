namespace DockerMigrator.Docker.Images;

/// <summary>Names of images as users write them and as Docker lists them.</summary>
public static class ImageNames
{
    /// <summary>Whether a reference is an ID (a digest, or the beginning of one) and not a name.</summary>
    public static bool IsId(string reference) =>
        reference.StartsWith("sha256:", StringComparison.Ordinal)
        || (reference.Length >= 12 && reference.Length <= 64 && reference.All(char.IsAsciiHexDigitLower));

    /// <summary>The name as RepoTags has it: with the tag <c>latest</c> if it has neither tag nor digest.</summary>
    public static string WithTag(string name) =>
        name.Contains('@') || name.LastIndexOf(':') > name.LastIndexOf('/') ? name : name + ":latest";
}
