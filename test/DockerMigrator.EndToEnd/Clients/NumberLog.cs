using System.Globalization;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Clients;

/// <summary>
/// A container that prints 0, 1, 2 … : its log, history included, tells of every step that was lost or made twice.
/// </summary>
internal static class NumberLog
{
    /// <summary>For <c>sh -c</c>: prints a number every ten milliseconds, and ends at once when told to.</summary>
    public const string Script = "trap exit TERM; i=0; while :; do echo $i; i=$((i+1)); usleep 10000; done";

    /// <summary>Starts a container that counts.</summary>
    public static async Task StartAsync(LabHost host, string name, params string[] options)
    {
        await host.StartAsync(name, [.. options, "lab/busybox", "sh", "-c", Script]);
        await WaitForAsync(host, name, 10);
    }

    /// <summary>Fails unless the log holds every number from 0 on once and in order.</summary>
    /// <returns>The number after the last.</returns>
    public static async Task<int> VerifyAsync(LabHost host, string name)
    {
        var lines = await LinesAsync(host, name);
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i] != i.ToString(CultureInfo.InvariantCulture))
                Assert.Fail($"The log of {name} on {host.Name} ({lines.Count} lines) has '{lines[i]}' where {i} belongs:\n{await AroundAsync(host, name, i)}");
        }

        return lines.Count;
    }

    /// <summary>Fails unless the counting goes on, and everything before is there.</summary>
    public static async Task VerifyGoesOnAsync(LabHost host, string name)
    {
        var count = await VerifyAsync(host, name);
        await WaitForAsync(host, name, count + 10);
        await VerifyAsync(host, name);
    }

    /// <summary>Fails unless the log holds that many counts from 0 on (or one of those numbers), one after the other and each complete, and the last goes on.</summary>
    public static async Task VerifyRestartsAsync(LabHost host, string name, params int[] starts)
    {
        var count = (await LinesAsync(host, name)).Count;
        await WaitForAsync(host, name, count + 10);
        var (lines, expected, seen) = (await LinesAsync(host, name), 0, 0);
        foreach (var line in lines)
        {
            if (line == "0")
                (expected, seen) = (0, seen + 1);
            line.Should().Be(expected.ToString(CultureInfo.InvariantCulture), "it is the next number in the log of {0} on {1}", name, host.Name);
            expected++;
        }

        seen.Should().BeOneOf(starts);
    }

    /// <summary>Waits until it has counted so far.</summary>
    public static Task WaitForAsync(LabHost host, string name, int count) =>
        Eventually.IsTrueAsync($"{name} on {host.Name} counts to {count}", async () => (await LinesAsync(host, name)).Count >= count);

    // With the moments at which Docker got the lines: they tell on which side of the freeze one was lost.
    private static async Task<string> AroundAsync(LabHost host, string name, int line) =>
        string.Join('\n', (await host.DockerAsync("logs", "--timestamps", name)).Split('\n').Skip(Math.Max(0, line - 5)).Take(12));

    private static async Task<IReadOnlyList<string>> LinesAsync(LabHost host, string name) =>
        (await host.DockerAsync("logs", name)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
