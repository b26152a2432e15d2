using DockerMigrator.Docker.Logs;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Migration.Source;

/// <summary>
/// What was sent of each log file. Logs only grow, or are rotated: a file that is still the same one (by inode) under the
/// same name is sent from where the last pass ended, any other from its beginning.
/// </summary>
internal sealed class LogMemory
{
    private readonly Dictionary<string, (ulong Inode, long Sent)> _known = [];

    /// <summary>What is to be sent of a file; null if it is gone, or all of it was sent.</summary>
    public LogPart? Next(LogFile log)
    {
        FileStream file;
        try
        {
            file = new FileStream(log.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        var inode = FileIdentity.Of(file.SafeFileHandle);
        var length = file.Length;
        var known = _known.TryGetValue(log.Suffix, out var before) && before.Inode == inode && before.Sent <= length;
        _known[log.Suffix] = (inode, length);
        var offset = known ? before.Sent : 0;
        if (known && offset == length)
        {
            file.Dispose();
            return null;
        }

        return new LogPart(file, offset, length);
    }
}
