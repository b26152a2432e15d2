using System.ComponentModel;
using System.Text;
using System.Text.Json.Nodes;
using DockerMigrator.Native.Durability;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Journals;

/// <summary>
/// What one side has done in one migration, on the disk before it was done. The file is locked while its writer lives:
/// a journal that is neither ended nor locked belongs to a process that died.
/// </summary>
public sealed class Journal : IDisposable
{
    private readonly FileStream _file;
    private readonly List<JournalRecord> _records;

    private Journal(string path, FileStream file, List<JournalRecord> records)
    {
        Path = path;
        _file = file;
        _records = records;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The records so far, oldest first.</summary>
    public IReadOnlyList<JournalRecord> Records => _records;

    /// <summary>Starts a journal.</summary>
    /// <exception cref="MigratorException">The disk does not take it, or another process has it.</exception>
    public static Journal Create(string path)
    {
        try
        {
            var directory = System.IO.Path.GetDirectoryName(path)!;
            Directory.CreateDirectory(directory);
            File.SetUnixFileMode(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
            DirectorySync.Flush(directory);
            return new Journal(path, file, []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            throw new MigratorException($"The journal {path} cannot be made: {e.Message}", e);
        }
    }

    /// <summary>Opens the journal of a process that died; null if its writer lives.</summary>
    public static Journal? TryOpenOrphan(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }

        var records = ReadRecords(file, out var intact);
        // A torn last line would swallow what is appended to it.
        file.SetLength(intact);
        file.Position = intact;
        return new Journal(path, file, records);
    }

    /// <summary>The records of a journal whose writer died; none if it lives, or there is no such journal.</summary>
    public static IReadOnlyList<JournalRecord> Peek(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return ReadRecords(file, out _);
        }
        catch (IOException)
        {
            // The lock of its writer keeps everybody else out.
            return [];
        }
    }

    /// <summary>Whether the records say that a step was announced.</summary>
    public bool Has(string step) => Find(step) is not null;

    /// <summary>The last record of a step.</summary>
    public JournalRecord? Find(string step) => _records.FindLast(record => record.Step == step);

    /// <summary>Writes a record; it is on the disk when this returns.</summary>
    /// <exception cref="MigratorException">The disk does not take it: the step it announces must not begin.</exception>
    public void Append(string step, JsonObject? fields = null)
    {
        var record = new JournalRecord(step, fields ?? []);
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(JournalLine.Write(record, DateTimeOffset.UtcNow)));
            _file.Flush(flushToDisk: true);
        }
        catch (IOException e)
        {
            throw new MigratorException($"The journal {Path} cannot be written: {e.Message}", e);
        }

        _records.Add(record);
    }

    /// <summary>
    /// Writes a record that only spares work: if the disk does not take it, whoever reads the journal later does again
    /// what was done already.
    /// </summary>
    public void TryAppend(string step)
    {
        try
        {
            Append(step);
        }
        catch (MigratorException)
        {
            // As said above.
        }
    }

    /// <summary>
    /// Removes an ended journal. One whose end could not be written stays, and costs whoever recovers a second look.
    /// </summary>
    public void Remove()
    {
        if (Has(JournalSteps.End))
            File.Delete(Path);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static List<JournalRecord> ReadRecords(FileStream file, out long intact)
    {
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var records = new List<JournalRecord>();
        intact = 0;
        while (Array.IndexOf(bytes, (byte)'\n', (int)intact) is var end and >= 0)
        {
            var line = Encoding.UTF8.GetString(bytes, (int)intact, end - (int)intact);
            if (JournalLine.Read(line) is not { } record)
                break;
            records.Add(record);
            intact = end + 1;
        }

        return records;
    }
}
