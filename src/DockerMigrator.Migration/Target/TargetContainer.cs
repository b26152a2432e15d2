using System.Text.Json.Nodes;
using DockerMigrator.Docker.Engine;
using DockerMigrator.Docker.Recipes;
using DockerMigrator.Docker.Volumes;
using DockerMigrator.Migration.Journals;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Target;

/// <summary>Creates what the container needs, and the container, each announced in the journal before it is made.</summary>
public static class TargetContainer
{
    /// <summary>Performs <see cref="CreateContainer"/>.</summary>
    public static async Task<ContainerCreated> CreateAsync(TargetMigration migration, CreateContainer request, CancellationToken cancellationToken)
    {
        if (migration.Image is not { } image)
            throw new MigratorException("The image is neither here nor was it sent.");
        var journal = migration.OpenJournal();
        foreach (var volume in migration.Plan.Volumes)
            await CreateVolumeAsync(migration.Docker, journal, volume, cancellationToken);
        foreach (var bind in migration.Plan.CopiedBinds.Concat(VolumePaths.Copied(migration.Plan)))
            BindSource.Create(journal, bind);

        var recipe = ContainerRecipe.From(
            migration.Original,
            migration.OriginalImage,
            new RecipeTarget(migration.Docker.ApiVersion, image.Reference)
            {
                KeepAddressesOn = request.KeepAddressesOn.ToHashSet(),
                Runtime = migration.Plan.Restart ? MigratorRuntime.ForFreshStart(migration.Original) : MigratorRuntime.Name,
            });
        journal.Append(JournalSteps.Container, new JsonObject
        {
            ["name"] = recipe.Name,
            ["policy"] = recipe.RestartPolicy.DeepClone(),
            ["restart"] = migration.Plan.Restart,
        });
        // Not cancelled half-way: Docker would go on, and what it makes after the undoing nobody would remove.
        var id = await migration.Docker.CreateAsync(recipe, CancellationToken.None);
        journal.Append(JournalSteps.ContainerId, new JsonObject { ["id"] = id });
        migration.Container = await migration.Docker.InspectContainerAsync(id, cancellationToken);
        return new ContainerCreated(id);
    }

    private static async Task CreateVolumeAsync(DockerClient docker, Journal journal, JsonObject volume, CancellationToken cancellationToken)
    {
        var body = VolumeRecipe.From(volume);
        var name = body["Name"]!.GetValue<string>();
        // One that is here already was allowed to be overwritten by the check; it is not ours to remove.
        if (await docker.InspectVolumeAsync(name, cancellationToken) is not null)
            return;
        journal.Append(JournalSteps.Volume, new JsonObject { ["name"] = name });
        await docker.CreateVolumeAsync(body, CancellationToken.None);
    }
}
