using DockerMigrator.Docker.Engine;

namespace DockerMigrator.Docker.Recipes;

/// <summary>Performs a recipe.</summary>
public static class ContainerCreation
{
    /// <summary>Creates the container and connects its networks; if that fails nothing is left of it.</summary>
    /// <returns>The new container's ID.</returns>
    /// <exception cref="DockerException">Docker refused.</exception>
    public static async Task<string> CreateAsync(this DockerClient docker, ContainerRecipe recipe, CancellationToken cancellationToken = default)
    {
        var id = await docker.CreateContainerAsync(recipe.Name, platform: null, recipe.CreateBody, cancellationToken);
        try
        {
            foreach (var connection in recipe.LaterConnections)
                await docker.ConnectNetworkAsync(connection.Network, id, connection.Endpoint, cancellationToken);
            return id;
        }
        catch
        {
            await docker.RemoveContainerAsync(id, force: true, volumes: true, CancellationToken.None);
            throw;
        }
    }
}
