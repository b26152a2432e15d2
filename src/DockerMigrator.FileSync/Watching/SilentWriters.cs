using System.Globalization;
using System.Text;
using DockerMigrator.Native.Files;

namespace DockerMigrator.FileSync.Watching;

/// <summary>
/// Files that may change without the kernel telling: those that any process has mapped to write to them together with others, and
/// those that a process with asynchronous I/O under way has open.
/// </summary>
internal static class SilentWriters
{
    /// <summary>Whether there may be such a file among some.</summary>
    /// <param name="fileSystem">The file system.</param>
    /// <param name="files">The inodes in question.</param>
    public static bool MayHave(DeviceNumber fileSystem, InodeFilter files)
    {
        var device = string.Create(CultureInfo.InvariantCulture, $"{fileSystem.Major:x2}:{fileSystem.Minor:x2}");
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!char.IsAsciiDigit(process[^1]))
                continue;
            try
            {
                var (hasMapped, isAsynchronous) = ReadMappings(process, device, files);
                if (hasMapped || (isAsynchronous && HasOpen(process, fileSystem, files)))
                    return true;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It has ended. What may not be looked at may have anything; but not the first one of all, which may have rights that this one
                // lacks: it only starts others.
                if (Directory.Exists(process) && e is UnauthorizedAccessException && process != "/proc/1")
                    return true;
            }
        }

        return false;
    }

    // address perms offset device inode path
    private static (bool HasMapped, bool IsAsynchronous) ReadMappings(string process, string device, InodeFilter files)
    {
        var isAsynchronous = false;
        foreach (var line in File.ReadLines(process + "/maps", Encoding.Latin1))
        {
            var permissions = line.IndexOf(' ', StringComparison.Ordinal) + 1;
            if (line[permissions + 3] != 's' || line[permissions + 1] != 'w')
                continue;
            isAsynchronous |= line.Contains("[aio]", StringComparison.Ordinal) || line.Contains("[io_uring]", StringComparison.Ordinal);
            var fields = line[permissions..].Split(' ', 5, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length > 3 && fields[2] == device && files.MayHave(ulong.Parse(fields[3], CultureInfo.InvariantCulture)))
                return (true, isAsynchronous);
        }

        return (false, isAsynchronous);
    }

    private static bool HasOpen(string process, DeviceNumber fileSystem, InodeFilter files)
    {
        foreach (var link in Directory.EnumerateFiles(process + "/fd"))
        {
            var error = FileCalls.Open(Encoding.ASCII.GetBytes(link), OpenFlags.Path, out var file);
            using (file)
            {
                if (error == Errno.None && FileCalls.Stat(file, out var status) == Errno.None && status.FileSystem == fileSystem && files.MayHave(status.Inode))
                    return true;
            }
        }

        return false;
    }
}
