using System.Text;

namespace DockerMigrator.Memory.Lazy;

/// <summary>What the server of a lazy restore has to deliver. It lies beside the pages, in a file of its own.</summary>
/// <param name="Tasks">The processes.</param>
public sealed record LazyPlan(IReadOnlyList<LazyTask> Tasks)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "plan";

    private const uint Magic = 0x6e616c70; // "plan"

    /// <summary>Bytes to deliver.</summary>
    public long Bytes => Tasks.Sum(task => task.Bytes);

    /// <summary>Writes the plan into the directory of the pages.</summary>
    public void Write(string directory)
    {
        using var writer = new BinaryWriter(File.Create(Path.Combine(directory, FileName)), Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Tasks.Count);
        foreach (var task in Tasks)
        {
            writer.Write(task.ContainerPid);
            writer.Write(task.Space);
            writer.Write(task.Ranges.Count);
            foreach (var range in task.Ranges)
            {
                writer.Write(range.Start);
                writer.Write(range.End);
            }
        }
    }

    /// <summary>Reads the plan from the directory of the pages.</summary>
    /// <exception cref="IOException">It is not there, or torn.</exception>
    /// <exception cref="InvalidDataException">The file is something else.</exception>
    public static LazyPlan Read(string directory)
    {
        using var reader = new BinaryReader(File.OpenRead(Path.Combine(directory, FileName)), Encoding.UTF8);
        if (reader.ReadUInt32() != Magic)
            throw new InvalidDataException("The plan of a lazy restore is damaged.");
        var tasks = new LazyTask[reader.ReadInt32()];
        for (var i = 0; i < tasks.Length; i++)
        {
            var pid = reader.ReadInt32();
            var space = reader.ReadUInt32();
            var ranges = new PageRange[reader.ReadInt32()];
            for (var j = 0; j < ranges.Length; j++)
                ranges[j] = new PageRange(reader.ReadUInt64(), reader.ReadUInt64());
            tasks[i] = new LazyTask(pid, space, ranges);
        }

        return new LazyPlan(tasks);
    }
}
