namespace DockerMigrator.Runtime.CommandLine;

/// <summary>As much of a runc command line as this runtime needs to understand: <c>runc [global options] command [options] ID …</c>.</summary>
internal sealed record RuncCommandLine
{
    // runc's options that take a value; its other ones are switches (runc 1.0 to 1.5, main.go, create.go, start.go, …).
    private static readonly string[] GlobalValueOptions = ["log", "log-format", "root", "criu", "rootless"];
    private static readonly string[] GlobalSwitches = ["debug", "systemd-cgroup", "help", "h", "version", "v"];
    private static readonly string[] CommandValueOptions = ["bundle", "b", "console-socket", "pidfd-socket", "pid-file", "preserve-fds"];

    private static readonly string[] Commands =
    [
        "checkpoint", "create", "delete", "events", "exec", "features", "init", "kill", "list", "pause", "ps", "restore",
        "resume", "run", "spec", "start", "state", "update", "help", "h",
    ];

    /// <summary>Everything before the command, as given.</summary>
    public IReadOnlyList<string> GlobalArguments { get; private init; } = [];

    /// <summary>The command; null if there is none.</summary>
    public string? Command { get; private init; }

    /// <summary>What follows the command and is no option: the container's ID first.</summary>
    public IReadOnlyList<string> Operands { get; private init; } = [];

    /// <summary><c>--log</c>: where the caller looks for messages.</summary>
    public string? Log { get; private init; }

    /// <summary>Whether messages in <see cref="Log"/> are JSON objects.</summary>
    public bool IsLogJson { get; private init; }

    /// <summary><c>--root</c>: where runc keeps the state of its containers.</summary>
    public string Root { get; private init; } = "/run/runc";

    /// <summary><c>--bundle</c>.</summary>
    public string? Bundle { get; private init; }

    /// <summary><c>--pid-file</c>.</summary>
    public string? PidFile { get; private init; }

    /// <summary><c>--console-socket</c>: present for a container with a terminal.</summary>
    public string? ConsoleSocket { get; private init; }

    /// <summary><c>--no-pivot</c>.</summary>
    public bool NoPivot { get; private init; }

    /// <summary>runc's ID of the container; null if there is none or if it could not be a file name.</summary>
    public string? ContainerId =>
        Operands is [var id, ..] && id.Length > 0 && id is not ("." or "..") && !id.Contains('/') ? id : null;

    /// <summary>Reads a command line. Nothing is refused: what runc makes of it is runc's business.</summary>
    public static RuncCommandLine Parse(IReadOnlyList<string> arguments)
    {
        var command = FindCommand(arguments);
        var global = ReadOptions(arguments, 0, command, GlobalValueOptions, []);
        var operands = new List<string>();
        var local = ReadOptions(arguments, command + 1, arguments.Count, CommandValueOptions, operands);
        return new RuncCommandLine
        {
            GlobalArguments = [.. arguments.Take(command)],
            Command = command < arguments.Count ? arguments[command] : null,
            Operands = operands,
            Log = global.GetValueOrDefault("log"),
            IsLogJson = global.GetValueOrDefault("log-format") == "json",
            Root = global.GetValueOrDefault("root") ?? "/run/runc",
            Bundle = local.GetValueOrDefault("bundle") ?? local.GetValueOrDefault("b"),
            PidFile = local.GetValueOrDefault("pid-file"),
            ConsoleSocket = local.GetValueOrDefault("console-socket"),
            NoPivot = local.GetValueOrDefault("no-pivot") == "true",
        };
    }

    /// <summary>The index of the command, or the number of arguments if there is none.</summary>
    /// <remarks>
    /// An option of a later runc: whether the next word is its value is not known. It is not if it names a command, which
    /// is a bet that loses only for a value that happens to be called like one.
    /// </remarks>
    private static int FindCommand(IReadOnlyList<string> arguments)
    {
        var i = 0;
        while (i < arguments.Count && arguments[i].StartsWith('-'))
        {
            var (name, value) = SplitOption(arguments[i]);
            i++;
            if (name.Length == 0)
                break; // "--" ends the options.
            if (value is not null || GlobalSwitches.Contains(name))
                continue;
            var takesValue = GlobalValueOptions.Contains(name) || (i < arguments.Count && !arguments[i].StartsWith('-') && !Commands.Contains(arguments[i]));
            if (takesValue)
                i++;
        }

        return Math.Min(i, arguments.Count);
    }

    private static Dictionary<string, string> ReadOptions(IReadOnlyList<string> arguments, int from, int to, string[] valueOptions, List<string> operands)
    {
        var options = new Dictionary<string, string>();
        for (var i = from; i < to; i++)
        {
            if (!arguments[i].StartsWith('-') || arguments[i] == "-")
            {
                operands.Add(arguments[i]);
                continue;
            }

            var (name, value) = SplitOption(arguments[i]);
            if (name.Length == 0)
            {
                operands.AddRange(arguments.Skip(i + 1).Take(to - i - 1));
                break;
            }

            if (value is null && valueOptions.Contains(name))
                value = ++i < to ? arguments[i] : "";
            options[name] = value ?? "true";
        }

        return options;
    }

    // Go's flag package: one dash or two, "=value" or the next word.
    private static (string Name, string? Value) SplitOption(string argument)
    {
        var name = argument.StartsWith("--", StringComparison.Ordinal) ? argument[2..] : argument[1..];
        var equals = name.IndexOf('=');
        return equals < 0 ? (name, null) : (name[..equals], name[(equals + 1)..]);
    }
}
