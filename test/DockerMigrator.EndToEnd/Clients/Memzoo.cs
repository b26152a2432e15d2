using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Clients;

/// <summary>A container of the lab's memzoo: it uses memory in one of many ways, and verifies it.</summary>
internal static class Memzoo
{
    /// <summary>All its modes, or those that somebody wants to look at.</summary>
    public static IReadOnlyList<string> Modes { get; } = Environment.GetEnvironmentVariable("DOCKER_MIGRATOR_TEST_ZOO")?.Split(' ') ??
    [
        "threads", "forks", "churn", "remap", "shared", "memfd", "huge", "tree", "exec", "sparse", "locked", "zero", "stack", "growing",
        "sysv", "buffers",
    ];

    /// <summary>Starts it, and waits until it has verified something.</summary>
    public static async Task StartAsync(LabHost host, string name, string mode, params string[] options)
    {
        await host.StartAsync(name, [.. options, "lab/memzoo", mode]);
        await VerifyGoesOnAsync(host, name);
    }

    /// <summary>Fails unless it goes on counting, without a step lost or made twice, and its memory is what it must be.</summary>
    public static async Task VerifyGoesOnAsync(LabHost host, string name)
    {
        await VerifiedMemory.VerifyGoesOnAsync(host, name);
        await NumberLog.VerifyGoesOnAsync(host, name);
    }

    /// <summary>The processes that live on and on, by their numbers in the container, and the threads of each.</summary>
    public static async Task<IReadOnlyList<string>> ProcessesAsync(LabHost host, string name)
    {
        // One that was just forked has not yet got the name of the brief ones. It is not there a moment later.
        var processes = await ListAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        return [.. processes.Intersect(await ListAsync())];

        async Task<string[]> ListAsync() =>
            (await host.DockerAsync("exec", name, "sh", "-c", "cd /proc; for p in $(grep -slx memzoo [0-9]*/comm | cut -d/ -f1 | sort -n); do echo $p: $(ls $p/task); done"))
            .Split('\n');
    }
}
