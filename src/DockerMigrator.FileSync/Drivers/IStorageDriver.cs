using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.FileSync.Drivers;

/// <summary>Knows how one of Docker's storage drivers writes down what a container changed on top of its image.</summary>
public interface IStorageDriver
{
    /// <summary>The driver's name, as Docker gives it.</summary>
    string Name { get; }

    /// <summary>Why containers cannot come to a host with this driver, as a sentence about "here"; null if they can.</summary>
    string? WritingProblem => null;

    /// <summary>What a running or paused container changed.</summary>
    /// <exception cref="TreeException">Its storage is not laid out as expected.</exception>
    IChangeSource OpenChanges(ContainerStorage storage);

    /// <summary>
    /// The merged view of a container that was created and not started, or is held before its first instruction. To be
    /// opened anew once Docker has mounted the container (before that it is a private mount, and two mounts do not see
    /// each other's changes); disposing lets go of the mount.
    /// </summary>
    /// <param name="storage">The container.</param>
    /// <param name="startOver">Whether to bring it back to its image's state first: always for a first pass.</param>
    /// <param name="cancellationToken">Cancels what has to be asked of others.</param>
    /// <exception cref="TreeException">Its storage is not laid out as expected, or cannot be mounted.</exception>
    Task<TreeRoot> OpenForWritingAsync(ContainerStorage storage, bool startOver, CancellationToken cancellationToken = default);
}
