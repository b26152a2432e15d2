using System.Text;
using DockerMigrator.Docker.Engine;

namespace DockerMigrator.Docker.Hosts;

/// <summary>The file <c>daemon.json</c>: replaced as a whole or not at all, with what it was kept beside it.</summary>
/// <param name="path">Where it is, or will be.</param>
public sealed class DaemonConfigFile(string path)
{
    private const string BackupSuffix = ".docker-migrator.bak";

    /// <summary>Where it is: if the given path is a link, what it leads to, so that the link stays one.</summary>
    public string Path { get; } = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;

    /// <summary>Where what it was is kept.</summary>
    public string BackupPath => Path + BackupSuffix;

    /// <summary>Its content; null if there is no such file.</summary>
    public string? Read() => File.Exists(Path) ? File.ReadAllText(Path) : null;

    /// <summary>Keeps what it is now beside it.</summary>
    public void Backup()
    {
        if (File.Exists(Path))
            File.Copy(Path, BackupPath, overwrite: true);
    }

    /// <summary>Forgets what it was.</summary>
    public void RemoveBackup() => File.Delete(BackupPath);

    /// <summary>Writes it anew; null removes it.</summary>
    /// <exception cref="DockerException">It cannot be written.</exception>
    public void Write(string? content)
    {
        try
        {
            if (content is null)
                File.Delete(Path);
            else
                Replace(content);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DockerException($"{Path} cannot be written: {e.Message}", e);
        }
    }

    private void Replace(string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var mode = File.Exists(Path) ? File.GetUnixFileMode(Path) : UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        var temporary = Path + ".docker-migrator.new";
        File.Delete(temporary);
        using (var stream = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
        {
            stream.Write(Encoding.UTF8.GetBytes(content));
            stream.Flush(flushToDisk: true);
        }

        File.SetUnixFileMode(temporary, mode);
        File.Move(temporary, Path, overwrite: true);
    }
}
