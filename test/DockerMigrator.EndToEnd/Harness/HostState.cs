namespace DockerMigrator.EndToEnd.Harness;

/// <summary>Everything of a host that a migration may change, as lines: before and after are compared.</summary>
internal static class HostState
{
    // Network namespaces' names are made of IDs; of a migration under way an empty lock file stays.
    private const string Script = """
        docker ps -a --no-trunc --format 'container {{.ID}} {{.Names}} {{.State}}' | sort
        docker ps -aq | xargs -r docker inspect -f 'restart policy {{.Name}} {{.HostConfig.RestartPolicy}}' | sort
        docker volume ls --format 'volume {{.Name}} {{.Driver}}' | sort
        docker images -a --no-trunc --format 'image {{.ID}} {{.Repository}}:{{.Tag}}' | sort
        docker network ls --no-trunc --format 'network {{.ID}} {{.Name}}' | sort
        echo "daemon.json $(cat /etc/docker/daemon.json)"
        find /run/docker-migrator -mindepth 2 2>/dev/null | grep -v /locks/ | sed 's/^/file /' | sort
        find /srv -mindepth 1 2>/dev/null | sed 's/^/file /' | sort
        awk '$5 !~ "^/(proc|sys|dev)" { print "mount " $5 }' /proc/self/mountinfo | sed -E 's/netns.[0-9a-f]+$/netns/' | sort
        nft list tables 2>/dev/null | sed 's/^/nft /' | sort
        ps -eo comm= | grep -E '^(containerd-shim|docker-proxy|runc|criu|docker-migrator)' | sort | uniq -c | sed 's/^ */processes /'
        for dir in /var/lib/docker/overlay2 /var/lib/docker/containers; do
            [ ! -d $dir ] || ls $dir | grep -v '^l$' | sed "s|^|entry $dir/|"
        done
        """;

    // Whatever it does, also if it has ended and nobody has taken note yet; only one that listens stays.
    private const string Working = "ps -eo comm=,args= | awk '$1 ~ /^docker-migrator/ && !/agent --listen/'";

    public static async Task<IReadOnlyList<string>> CaptureAsync(LabHost host) => (await host.OnAsync("bash", "-uc", Script)).Split('\n');

    /// <summary>Captures the host when nothing on it is still ending: agents and shims of what went before take a moment.</summary>
    public static async Task<IReadOnlyList<string>> CaptureAtRestAsync(LabHost host)
    {
        IReadOnlyList<string> last = [];
        await Eventually.IsTrueAsync($"{host.Name} is at rest", async () =>
        {
            var before = last;
            last = await CaptureAsync(host);
            if (last.SequenceEqual(before) && await host.OnAsync("bash", "-c", Working) == "")
                return true;
            await Task.Delay(250);
            return false;
        });
        return last;
    }

    /// <summary>Waits until the host is what it was; what ends by itself (an agent, a shim) may take a moment.</summary>
    public static async Task ShouldBecomeAsync(LabHost host, IReadOnlyList<string> before, TimeSpan? limit = null)
    {
        IReadOnlyList<string> now = [];
        try
        {
            await Eventually.IsTrueAsync("the host is what it was", async () => (now = await CaptureAsync(host)).SequenceEqual(before), limit ?? TimeSpan.FromSeconds(15));
        }
        catch (TimeoutException)
        {
            now.Except(before).Should().BeEmpty("nothing new may be left on {0}", host.Name);
            before.Except(now).Should().BeEmpty("nothing may be missing on {0}", host.Name);
            now.Should().Equal(before);
        }
    }
}
