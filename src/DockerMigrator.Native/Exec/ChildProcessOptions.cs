using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Exec;

/// <summary>What a child gets besides its arguments.</summary>
public sealed record ChildProcessOptions
{
    /// <summary>Whether the child leads a session of its own, so that no terminal's signals reach it.</summary>
    public bool NewSession { get; init; }

    /// <summary>A file that standard output and error are appended to, standard input being empty; null inherits all three.</summary>
    public string? OutputFile { get; init; }

    /// <summary>What becomes its standard input; null leaves it as <see cref="OutputFile"/> says.</summary>
    public SafeHandle? Input { get; init; }

    /// <summary>What becomes its standard output; null leaves it as <see cref="OutputFile"/> says.</summary>
    public SafeHandle? Output { get; init; }

    /// <summary>Variables to set besides the inherited ones.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();
}
