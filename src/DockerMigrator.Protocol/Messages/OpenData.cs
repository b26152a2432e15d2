namespace DockerMigrator.Protocol.Messages;

/// <summary>Open a port for direct TLS connections, on which memory pages are faster than through ssh.</summary>
/// <param name="Fingerprint">SHA-256 of the certificate that the source will show, in hexadecimal.</param>
/// <param name="Count">How many connections it will make.</param>
public sealed record OpenData(string Fingerprint, int Count) : Request;
