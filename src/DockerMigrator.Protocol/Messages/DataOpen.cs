namespace DockerMigrator.Protocol.Messages;

/// <summary>The port is open for some seconds.</summary>
/// <param name="Port">The port.</param>
/// <param name="Fingerprint">SHA-256 of the certificate that the target will show, in hexadecimal.</param>
/// <param name="Address">The address at which ssh reached this host; null if it was not ssh.</param>
public sealed record DataOpen(int Port, string Fingerprint, string? Address) : Reply;
