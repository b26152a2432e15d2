using System.Diagnostics;
using System.Net;
using DockerMigrator.Native.Processes;

namespace DockerMigrator.Tests.Network.Locking;

/// <summary>
/// A network namespace with a veth pair to this one, held by a sleeping process; both end with the disposal.
/// </summary>
internal sealed class ScratchNetwork : IAsyncDisposable
{
    private static int s_next;

    private readonly Process _holder;
    private readonly string _link;

    private ScratchNetwork(Process holder, int number)
    {
        _holder = holder;
        _link = LinkName(number);
        Here = IPAddress.Parse($"10.251.{number}.1");
        There = IPAddress.Parse($"10.251.{number}.2");
        Here6 = IPAddress.Parse($"fd51:{number}::1");
        There6 = IPAddress.Parse($"fd51:{number}::2");
    }

    public int Pid => _holder.Id;

    public IPAddress Here { get; }

    public IPAddress There { get; }

    public IPAddress Here6 { get; }

    public IPAddress There6 { get; }

    public static async Task<ScratchNetwork> CreateAsync()
    {
        var number = Interlocked.Increment(ref s_next) + 100;
        var holder = Process.Start("unshare", ["--net", "sleep", "600"]);
        var network = new ScratchNetwork(holder, number);
        try
        {
            var own = new FileInfo("/proc/self/ns/net").LinkTarget;
            while (new FileInfo($"/proc/{holder.Id}/ns/net").LinkTarget == own)
                await Task.Delay(5);
            var link = network._link;
            await Run($"ip link add {link} type veth peer name eth0 netns {holder.Id}");
            await Run($"ip addr add {network.Here}/24 dev {link}");
            await Run($"ip -6 addr add {network.Here6}/64 dev {link} nodad");
            await Run($"ip link set {link} up");
            await network.RunInside("ip link set lo up");
            await network.RunInside($"ip addr add {network.There}/24 dev eth0");
            await network.RunInside($"ip -6 addr add {network.There6}/64 dev eth0 nodad");
            await network.RunInside("ip link set eth0 up");
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public Task<string> RunInside(string command) => Run($"nsenter --net=/proc/{Pid}/ns/net {command}");

    /// <summary>What this side knows of a neighbour.</summary>
    public static Task<string> NeighborAsync(IPAddress address) => Run($"ip neigh show {address}");

    public async Task<long> CountReceivedHere() =>
        long.Parse((await File.ReadAllTextAsync($"/sys/class/net/{_link}/statistics/rx_packets")).Trim());

    public async ValueTask DisposeAsync()
    {
        _holder.Kill();
        await _holder.WaitForExitAsync();
        _holder.Dispose();
        // The namespace may outlive its holder for a moment, and the pair with it.
        await Command.Of("ip", "link", "del", _link).RunAsync();
    }

    private static string LinkName(int number) => $"dmtest{number}";

    private static async Task<string> Run(string command)
    {
        var result = await Command.Of("sh", "-c", command).RunAsync();
        result.Succeeded.Should().BeTrue("{0} said {1}", command, result.LastWords);
        return result.Stdout;
    }
}
