using System.ComponentModel;
using DockerMigrator.Native.Namespaces;
using DockerMigrator.Network.Errors;

namespace DockerMigrator.Network.Locking;

/// <summary>
/// Keeps every packet out of and in a container's network namespace, from the freeze to the end of a migration. The kernel
/// answers for a frozen container: it would acknowledge data that is then lost with the source, and answer ARP for an
/// address that has moved. Two nftables tables of chains that drop everything do it: <c>inet</c> (IPv4 and IPv6,
/// neighbour discovery included, before routing and on output) and <c>arp</c>. Interfaces, addresses, routes and the
/// container's own rules are left alone, so releasing the lock leaves nothing behind; peers only saw packets get lost.
/// The lock belongs to the namespace: it survives this process and ends with <see cref="ReleaseAsync"/> or the namespace.
/// </summary>
/// <remarks>It speaks to the kernel itself, which takes a fraction of a millisecond and needs no <c>nft</c> program.</remarks>
public static class NetworkLock
{
    /// <summary>Name of both tables.</summary>
    public const string Table = "docker_migrator";

    // Before connection tracking (-200) and defragmentation (-400), and before whatever the container has of its own.
    private const int Priority = -1_000_000;

    private const uint InetPrerouting = 0;
    private const uint InetOutput = 3;
    private const uint ArpInput = 0;
    private const uint ArpOutput = 1;

    private const int NoEntry = 2;
    private const int ReplyBufferSize = 16 << 10;

    /// <summary>Locks the network namespace of process <paramref name="pid"/>; nothing happens if it is locked.</summary>
    /// <exception cref="NetworkException">It is the host's own namespace, or the kernel refused.</exception>
    public static async Task AcquireAsync(int pid)
    {
        if (IsHostNamespace(pid))
            throw new NetworkException($"Process {pid} uses the host's own network, which must not be locked.");
        var batch = new NftablesBatch()
            .AddTable(NftablesFamily.Inet, Table)
            .AddDropChain(NftablesFamily.Inet, Table, "in", InetPrerouting, Priority)
            .AddDropChain(NftablesFamily.Inet, Table, "out", InetOutput, Priority)
            .AddTable(NftablesFamily.Arp, Table)
            .AddDropChain(NftablesFamily.Arp, Table, "in", ArpInput, Priority)
            .AddDropChain(NftablesFamily.Arp, Table, "out", ArpOutput, Priority);
        await CommitAsync(pid, batch, "locked");
    }

    /// <summary>Unlocks the network namespace of process <paramref name="pid"/>; nothing happens if it is not locked.</summary>
    /// <exception cref="NetworkException">The kernel refused.</exception>
    public static Task ReleaseAsync(int pid)
    {
        // Adding before removing makes it work whether the table is there or not, also on kernels without "destroy".
        var batch = new NftablesBatch()
            .AddTable(NftablesFamily.Inet, Table)
            .RemoveTable(NftablesFamily.Inet, Table)
            .AddTable(NftablesFamily.Arp, Table)
            .RemoveTable(NftablesFamily.Arp, Table);
        return CommitAsync(pid, batch, "unlocked");
    }

    /// <summary>Whether the network namespace of process <paramref name="pid"/> is locked.</summary>
    /// <exception cref="NetworkException">The kernel does not tell.</exception>
    public static async Task<bool> ExistsAsync(int pid)
    {
        var error = await TalkAsync(pid, NftablesBatch.QueryTable(NftablesFamily.Inet, Table), 1, "inspected");
        return error switch
        {
            0 => true,
            NoEntry => false,
            _ => throw Refused(pid, "inspected", new Win32Exception(error)),
        };
    }

    private static async Task CommitAsync(int pid, NftablesBatch batch, string deed)
    {
        var error = await TalkAsync(pid, batch.ToTransaction(), batch.Acknowledgements, deed);
        if (error != 0)
            throw Refused(pid, deed, new Win32Exception(error));
    }

    private static async Task<int> TalkAsync(int pid, byte[] request, int acknowledgements, string deed)
    {
        try
        {
            return await NetworkNamespace.RunAsync(pid, () => Talk(request, acknowledgements));
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or InvalidDataException)
        {
            throw Refused(pid, deed, exception);
        }
    }

    // The first error of a transaction, or 0 when all of its messages were acknowledged.
    private static int Talk(byte[] request, int acknowledgements)
    {
        using var socket = NetlinkSocket.Open(NetlinkSocket.Netfilter);
        socket.Send(request);
        var buffer = new byte[ReplyBufferSize];
        while (acknowledgements > 0)
        {
            foreach (var error in NftablesReply.ParseErrors(buffer.AsSpan(0, socket.Receive(buffer))))
            {
                if (error != 0)
                    return error;
                acknowledgements--;
            }
        }

        return 0;
    }

    private static bool IsHostNamespace(int pid)
    {
        var own = NamespaceOf($"{pid}");
        return own is not null && (own == NamespaceOf("self") || own == NamespaceOf("1"));
    }

    private static string? NamespaceOf(string pid)
    {
        try
        {
            return new FileInfo($"/proc/{pid}/ns/net").LinkTarget;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static NetworkException Refused(int pid, string deed, Exception cause) =>
        new($"The network of process {pid} cannot be {deed} by nftables: {cause.Message}.", cause);
}
