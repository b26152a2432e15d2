namespace DockerMigrator.Migration.Source.Mounts;

/// <summary>What the user said of bind mounts: <c>--bind [PATH=]copy|skip</c> or <c>--bind PATH=TARGETPATH</c>.</summary>
/// <param name="Path">Where it is mounted in the container, or the host path; null for all bind mounts.</param>
/// <param name="Treatment">Whether its content is copied.</param>
/// <param name="TargetPath">Another path that is mounted on the target, and is there already; null for the same path.</param>
public sealed record BindChoice(string? Path, MountTreatment Treatment, string? TargetPath = null)
{
    /// <summary>Reads it; null if it is none.</summary>
    public static BindChoice? TryParse(string text)
    {
        if (Word(text) is { } all)
            return new BindChoice(null, all);
        // In "/a=/b" the equals sign before a slash parts the paths; a path that has such in it can be given by its place in the container.
        var equals = text.LastIndexOf("=/", StringComparison.Ordinal) is var path and > 0 ? path : text.LastIndexOf('=');
        if (equals <= 0 || text[0] != '/')
            return null;
        var (from, to) = (text[..equals], text[(equals + 1)..]);
        if (Word(to) is { } treatment)
            return new BindChoice(Clean(from), treatment);
        // Docker takes the first colon for the end of the path.
        return to.StartsWith('/') && !to.Contains(':') ? new BindChoice(Clean(from), MountTreatment.Skip, Clean(to)) : null;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var what = TargetPath ?? Treatment.ToString().ToLowerInvariant();
        return $"--bind {(Path is null ? what : $"{Path}={what}")}";
    }

    private static MountTreatment? Word(string text) => text switch
    {
        "copy" => MountTreatment.Copy,
        "skip" => MountTreatment.Skip,
        _ => null,
    };

    private static string Clean(string path) => System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
}
