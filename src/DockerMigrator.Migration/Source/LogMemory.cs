using System.Text;
using DockerMigrator.Docker.Logs;
using DockerMigrator.Native.Files;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Source;

/// <summary>
/// What was sent of each log file. Logs only grow, or are rotated: a file that is still the same one (by inode) under the
/// same name is sent from where the last pass ended, any other from its beginning.
/// </summary>
internal sealed class LogMemory
{
    private readonly Dictionary<string, (ulong Inode, long Sent)> _known = [];

    /// <summary>What is to be sent of a file; null if it is gone, or all of it was sent.</summary>
    /// <exception cref="MigratorException">It cannot be read.</exception>
    public LogPart? Next(LogFile log)
    {
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(log.Path), OpenFlags.None, out var file);
        if (error == Errno.ENOENT)
            return null;
        if (error != Errno.None || FileCalls.Stat(file, out var status) != Errno.None)
            throw new MigratorException($"The log file {log.Path} cannot be read.");

        var known = _known.TryGetValue(log.Suffix, out var before) && before.Inode == status.Inode && before.Sent <= status.Size;
        _known[log.Suffix] = (status.Inode, status.Size);
        var offset = known ? before.Sent : 0;
        if (!known || offset < status.Size)
            return new LogPart(file, offset, status.Size);
        file.Dispose();
        return null;
    }
}
