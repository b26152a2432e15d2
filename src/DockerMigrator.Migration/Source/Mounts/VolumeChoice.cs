namespace DockerMigrator.Migration.Source.Mounts;

/// <summary>What the user said of a volume: <c>--volume NAME=copy|skip|shared</c>.</summary>
/// <param name="Name">The volume's name, or where it is mounted in the container.</param>
/// <param name="Treatment">What becomes of its content.</param>
public sealed record VolumeChoice(string Name, MountTreatment Treatment)
{
    /// <summary>Reads it; null if it is none.</summary>
    public static VolumeChoice? TryParse(string text)
    {
        var equals = text.LastIndexOf('=');
        if (equals <= 0)
            return null;
        return text[(equals + 1)..] switch
        {
            "copy" => new VolumeChoice(text[..equals], MountTreatment.Copy),
            "skip" => new VolumeChoice(text[..equals], MountTreatment.Skip),
            "shared" => new VolumeChoice(text[..equals], MountTreatment.Shared),
            _ => null,
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"--volume {Name}={Treatment.ToString().ToLowerInvariant()}";
}
