using DockerMigrator.Migration.Journals;
using DockerMigrator.Native.Restore;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Source;

/// <summary>
/// Keeps two migrations of one container apart, and a new one from a container that an unfinished one left behind: such a
/// container may be paused here because it runs elsewhere, and must not be touched before that is settled.
/// </summary>
public sealed class ContainerLock : IDisposable
{
    private readonly FileStream _file;

    private ContainerLock(FileStream file) => _file = file;

    private static string LockDirectory =>
        Path.Combine(Path.GetDirectoryName(RestoreDirectory.Base)!, "locks");

    /// <summary>Takes the lock.</summary>
    /// <param name="containerId">The container.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="RefusedException">Another migration has it, or left it unfinished.</exception>
    public static ContainerLock Take(string containerId, string name)
    {
        var file = Open(containerId, name);
        foreach (var path in JournalDirectory.List("source"))
        {
            // Whoever is still at work on it would hold the lock, so this one died.
            if (IsUnfinished(Journal.Peek(path), containerId))
            {
                file.Dispose();
                throw new RefusedException([$"An earlier migration of {name} was left unfinished: run \"docker-migrator recover\" first, which finds out on which host the container belongs."]);
            }
        }

        return new ContainerLock(file);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FileStream Open(string containerId, string name)
    {
        try
        {
            Directory.CreateDirectory(LockDirectory);
            return new FileStream(
                Path.Combine(LockDirectory, containerId), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new RefusedException([$"{name} is being migrated already ({e.Message})."]);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new MigratorException($"The lock of {name} cannot be taken: {e.Message}", e);
        }
    }

    private static bool IsUnfinished(IReadOnlyList<JournalRecord> records, string containerId) =>
        records.Any(record => record.Step == JournalSteps.Begin && record.Fields["container"]?.ToString() == containerId)
        && !records.Any(record => record.Step == JournalSteps.End);
}
