using System.Globalization;

namespace DockerMigrator.Cli.Commands;

/// <summary>Durations as users write them: <c>300ms</c>, <c>1.5s</c>, or a plain number of milliseconds.</summary>
internal static class Durations
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Parses one; null if it is none, negative or longer than an hour.</summary>
    public static TimeSpan? TryParse(string text)
    {
        var (number, unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 1.0),
            _ when text.EndsWith('s') => (text[..^1], 1000.0),
            _ => (text, 1.0),
        };
        return double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value * unit <= Longest.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(value * unit)
            : null;
    }
}
