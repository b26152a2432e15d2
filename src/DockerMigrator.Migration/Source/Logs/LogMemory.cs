using System.Text;
using DockerMigrator.Docker.Logs;
using DockerMigrator.Native.Files;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Source.Logs;

/// <summary>
/// What was sent of each log file. Logs only grow, or are rotated: a file that is still the same one (by inode) under the
/// same name is sent from where the last pass ended, any other from its beginning.
/// </summary>
public sealed class LogMemory : IDisposable
{
    private const string Current = "";

    private readonly Dictionary<string, (ulong Inode, long Sent)> _known = [];
    private FileDescriptor? _current;

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

    /// <summary>Opens the current file for <see cref="ReadLate"/>: it may be removed with the container.</summary>
    public void KeepOpen(string path)
    {
        if (FileCalls.Open(Encoding.UTF8.GetBytes(path), OpenFlags.None, out var file) == Errno.None)
            _current = file;
    }

    /// <summary>
    /// What was written to the current file after its last part was sent: a line that had no end yet, or that Docker was held up with. Of
    /// a log that was rotated meanwhile nothing is known.
    /// </summary>
    public LateLog ReadLate()
    {
        if (_current is null || FileCalls.Stat(_current, out var status) != Errno.None
            || !_known.TryGetValue(Current, out var known) || known.Inode != status.Inode || status.Size <= known.Sent)
        {
            return LateLog.None;
        }

        var text = new byte[Math.Min(status.Size - known.Sent, LateLog.LongestText)];
        var error = FileCalls.Read(_current, text, known.Sent, out var count);
        return LateLog.Of(text.AsSpan(0, error == Errno.None ? count : 0), status.Size - known.Sent);
    }

    /// <inheritdoc/>
    public void Dispose() => _current?.Dispose();
}
