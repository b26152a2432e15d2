using System.CommandLine;
using DockerMigrator.Memory.Streaming;
using DockerMigrator.Memory.Tracking;
using DockerMigrator.Migration.Source;
using DockerMigrator.Protocol.Convergence;

namespace DockerMigrator.Cli.Commands;

/// <summary>The options of <c>migrate</c> that are about memory.</summary>
internal sealed class MemoryOptions
{
    private readonly Option<string> _strategy = Choice("--strategy", "pre-copy", "Move memory while the container runs (pre-copy), or all of it in the freeze.", "pre-copy", "stop-and-copy");

    private readonly Option<string?> _tracker = new("--tracker") { Description = "How changed memory is found: uffd-wp, soft-dirty or hash; without it, the best that works here." };

    private readonly Option<string> _budget = new("--downtime-budget")
    {
        Description = "How long copying memory may take in the freeze: the container is frozen once it would not take longer.",
        DefaultValueFactory = _ => "300ms",
        HelpName = "TIME",
    };

    private readonly Option<int> _rounds = new("--max-rounds") { Description = "Rounds of pre-copy at most.", DefaultValueFactory = _ => ConvergenceLimits.Default.MaxRounds, HelpName = "N" };

    private readonly Option<string> _noConvergence = Choice("--on-no-converge", "proceed", "If it writes faster than its memory can be sent: freeze it all the same, give up, or slow it down.", "proceed", "abort", "throttle");

    private readonly Option<int> _connections = new("--connections")
    {
        Description = "Direct TLS connections for memory; 0 sends it through ssh.",
        DefaultValueFactory = _ => 2,
        HelpName = "N",
    };

    private readonly Option<string> _compress = Choice("--compress", "auto", "Compress memory on the wire: where that is faster (auto), never (none), or always (zstd).", "auto", "none", "zstd");

    private readonly Option<string?> _bandwidth = new("--bandwidth")
    {
        Description = "Send at most so many bytes a second (such as 100M) while the container runs.",
        HelpName = "RATE",
    };

    public MemoryOptions()
    {
        _bandwidth.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => Rates.TryParse(token.Value) is null))
                result.AddError($"\"--bandwidth {token.Value}\" is no rate such as 512K, 100M or 1G (bytes a second), or less than 1K.");
        });
        AcceptOnlyBetween(_connections, 0, 16);
        _tracker.AcceptOnlyFromAmong([.. TrackerNames.All]);
        _budget.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => Durations.TryParse(token.Value) is null))
                result.AddError($"\"--downtime-budget {token.Value}\" is no duration such as 300ms or 1.5s, up to an hour.");
        });
        AcceptOnlyBetween(_rounds, 1, 1000);
    }

    /// <summary>Adds them to the command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _strategy, _tracker, _budget, _rounds, _noConvergence, _connections, _bandwidth, _compress })
            command.Add(option);
    }

    /// <summary>Puts what the user gave into the options.</summary>
    public MigrateOptions Apply(ParseResult parsed, MigrateOptions options) => options with
    {
        Strategy = parsed.GetValue(_strategy) == "stop-and-copy" ? Strategy.StopAndCopy : Strategy.PreCopy,
        Tracker = parsed.GetValue(_tracker),
        BytesPerSecond = parsed.GetValue(_bandwidth) is { } rate ? Rates.TryParse(rate) : null,
        Compression = parsed.GetValue(_compress) switch
        {
            "none" => PageCompression.None,
            "zstd" => PageCompression.Zstd,
            _ => PageCompression.Auto,
        },
        Connections = parsed.GetValue(_connections),
        Convergence = new ConvergenceLimits(Durations.TryParse(parsed.GetRequiredValue(_budget))!.Value, parsed.GetValue(_rounds)),
        OnNoConvergence = parsed.GetValue(_noConvergence) switch
        {
            "abort" => NoConvergence.Abort,
            "throttle" => NoConvergence.Throttle,
            _ => NoConvergence.Proceed,
        },
    };

    private static void AcceptOnlyBetween(Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        foreach (var token in result.Tokens.Where(token => !int.TryParse(token.Value, out var value) || value < least || value > most))
            result.AddError($"\"{option.Name} {token.Value}\" is no number from {least} to {most}.");
    });

    private static Option<string> Choice(string name, string @default, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => @default };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
