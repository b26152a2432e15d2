using System.Diagnostics;
using System.Globalization;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Endurance;

/// <summary>Counts everything on a host that a migration could leave behind.</summary>
internal static class Leaks
{
    // A leak is one more a migration; what Docker and the kernel keep for a while is less.
    private const int Slack = 15;

    // Journals of what is over are kept for a while, so only those that wait to be settled count.
    private const string Script = """
        count() { echo "$1 $(wc -l)"; }
        ps -eo pid= | count processes
        ps -eLo pid= | count threads
        ps -eo stat= | grep ^Z | count zombies
        cat /proc/self/mountinfo | count mounts
        readlink /proc/[0-9]*/ns/* 2>/dev/null | sort -u | count namespaces
        ls /var/run/docker/netns 2>/dev/null | count network-namespaces
        for daemon in dockerd containerd; do ls /proc/$(pidof $daemon)/fd | count $daemon-descriptors; done
        ip -o link | count interfaces
        nft list ruleset 2>/dev/null | count packet-filter-lines
        iptables-save 2>/dev/null | grep ^-A | count iptables-rules
        find /sys/fs/cgroup -type d | count cgroups
        find /run/docker-migrator 2>/dev/null | count files-in-run
        find /var/lib/docker-migrator -path '*/journal/*' -type f -exec grep -L '"end"' {} + 2>/dev/null | count journals
        find /var/lib/docker-migrator -not -path '*/journal/*' 2>/dev/null | count files-in-lib
        find /tmp /var/tmp /dev/shm /root 2>/dev/null | count temporary-files
        ls /var/lib/docker/overlay2 /var/lib/docker/containers 2>/dev/null | count layers-and-containers
        docker volume ls -q | count volumes
        docker images -aq | count images
        df -t tmpfs --output=used -BM | awk '{ sum += $1 } END { print "tmpfs-megabytes", sum }'
        """;

    /// <summary>Counts when nothing is still ending.</summary>
    public static async Task<IReadOnlyDictionary<string, int>> CountAsync(LabHost host)
    {
        await HostState.CaptureAtRestAsync(host);
        return (await host.OnAsync("bash", "-uc", Script)).Split('\n')
            .Select(line => line.Split(' '))
            .ToDictionary(words => words[0], words => int.Parse(words[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Fails if anything has become more and more.</summary>
    public static async Task VerifyNoneAsync(LabHost host, IReadOnlyDictionary<string, int> before)
    {
        // dockerd keeps the names of ended containers' network namespaces, and clears them away once a minute.
        var deadline = Stopwatch.GetTimestamp() + (75 * Stopwatch.Frequency);
        var now = await CountAsync(host);
        while (now["network-namespaces"] > before["network-namespaces"] + Slack && Stopwatch.GetTimestamp() < deadline)
        {
            await Task.Delay(TimeSpan.FromSeconds(2));
            now = await CountAsync(host);
        }

        foreach (var (what, count) in now)
            TestContext.Current.TestOutputHelper?.WriteLine($"{host.Name}: {what} {before[what]} -> {count}");
        now.Where(pair => pair.Value > before[pair.Key] + Slack).Select(pair => $"{pair.Key}: {before[pair.Key]} -> {pair.Value}")
            .Should().BeEmpty("nothing leaks on {0}", host.Name);
    }
}
