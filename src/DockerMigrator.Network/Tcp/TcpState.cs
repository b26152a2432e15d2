namespace DockerMigrator.Network.Tcp;

/// <summary>States of a TCP socket by the kernel's numbers (net/tcp_states.h).</summary>
public enum TcpState
{
    /// <summary>Both directions open.</summary>
    Established = 1,

    /// <summary>Connecting, not answered yet.</summary>
    SynSent = 2,

    /// <summary>Half-open on a listener.</summary>
    SynReceived = 3,

    /// <summary>Closed here; not acknowledged.</summary>
    FinWait1 = 4,

    /// <summary>Closed here; acknowledged.</summary>
    FinWait2 = 5,

    /// <summary>Closed on both sides; the address waits to be used again.</summary>
    TimeWait = 6,

    /// <summary>Neither bound nor connected any more.</summary>
    Close = 7,

    /// <summary>Closed by the peer.</summary>
    CloseWait = 8,

    /// <summary>Closed by the peer, then here; not acknowledged.</summary>
    LastAck = 9,

    /// <summary>Waits for connections.</summary>
    Listen = 10,

    /// <summary>Closed on both sides at once.</summary>
    Closing = 11,

    /// <summary>A half-open connection of the newer kernels.</summary>
    NewSynReceived = 12,
}
