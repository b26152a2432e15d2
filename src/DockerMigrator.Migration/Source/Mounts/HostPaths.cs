using System.Text;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Migration.Source.Mounts;

/// <summary>Looks at host paths.</summary>
internal static class HostPaths
{
    /// <summary>What lies there, symbolic links followed as Docker follows them.</summary>
    public static PathKind KindOf(string path)
    {
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(path), OpenFlags.Path, out var file);
        using (file)
        {
            if (error != Errno.None || FileCalls.Stat(file, out var status) != Errno.None)
                return PathKind.Other;
            return status.Kind switch
            {
                FileKind.Regular => PathKind.File,
                FileKind.Directory => PathKind.Directory,
                _ => PathKind.Other,
            };
        }
    }
}
