namespace DockerMigrator.Network.Tcp;

/// <summary>What becomes of established connections on the target.</summary>
/// <param name="Keep">
/// They go on (restore with <c>tcp-established</c>); else the program finds them closed (restore with <c>tcp-close</c>).
/// </param>
/// <param name="Reason">Why, in one sentence.</param>
/// <param name="Lost">The connections that will be closed.</param>
public sealed record TcpDecision(bool Keep, string Reason, IReadOnlyList<TcpSocket> Lost);
