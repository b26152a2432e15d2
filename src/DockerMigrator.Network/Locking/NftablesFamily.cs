namespace DockerMigrator.Network.Locking;

/// <summary>Address families of nftables (NFPROTO_*).</summary>
public enum NftablesFamily : byte
{
    /// <summary>IPv4 and IPv6 together.</summary>
    Inet = 1,

    /// <summary>ARP.</summary>
    Arp = 3,
}
