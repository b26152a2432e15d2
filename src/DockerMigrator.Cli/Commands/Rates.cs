using System.Globalization;

namespace DockerMigrator.Cli.Commands;

/// <summary>Bytes a second as users write them: <c>100M</c>, <c>1.5G</c>, <c>512K</c>, in powers of 1024 as with rsync.</summary>
internal static class Rates
{
    private const double Least = 1024;

    /// <summary>Parses one; null if it is none, or less than 1 KiB/s.</summary>
    public static long? TryParse(string text)
    {
        var factor = text.Length == 0 ? 1 : char.ToUpperInvariant(text[^1]) switch { 'K' => 1L << 10, 'M' => 1L << 20, 'G' => 1L << 30, _ => 1L };
        return double.TryParse(factor == 1 ? text : text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value * factor is >= Least and < long.MaxValue
                ? (long)(value * factor)
                : null;
    }
}
