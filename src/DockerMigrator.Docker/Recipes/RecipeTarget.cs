namespace DockerMigrator.Docker.Recipes;

/// <summary>What a recipe has to know of the place where the container will be created.</summary>
/// <param name="ApiVersion">Version of the API by which it will be created.</param>
/// <param name="ImageReference">Name or ID under which the target's engine finds the container's image.</param>
public sealed record RecipeTarget(Version ApiVersion, string ImageReference)
{
    /// <summary>The OCI runtime to create it with; null keeps the container's own.</summary>
    public string? Runtime { get; init; } = MigratorRuntime.Name;

    /// <summary>
    /// Networks on which the container keeps the addresses it has now (IPv4, IPv6, MAC), though it was given them by
    /// chance: they become static ones. Only for networks that are the same on both hosts, such as a macvlan.
    /// </summary>
    public IReadOnlySet<string> KeepAddressesOn { get; init; } = new HashSet<string>();
}
