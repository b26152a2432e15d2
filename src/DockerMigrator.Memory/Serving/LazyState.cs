namespace DockerMigrator.Memory.Serving;

/// <summary>What the server of a lazy restore says about itself.</summary>
/// <param name="Container">Docker's ID of the container.</param>
/// <param name="Pid">The server's PID.</param>
/// <param name="Phase">How far it is.</param>
/// <param name="Total">Bytes that it was to deliver; 0 until CRIU has come.</param>
/// <param name="Remaining">Bytes that it has not delivered yet.</param>
/// <param name="Init">Host PID of the container's first process; null until it runs.</param>
/// <param name="Error">Why it failed, in a sentence; null if it has not.</param>
public sealed record LazyState(string Container, int Pid, LazyPhase Phase, long Total, long Remaining, int? Init = null, string? Error = null);
