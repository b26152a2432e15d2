namespace DockerMigrator.Protocol.Messages;

/// <summary>A log file of the container follows, or what was appended to it since it was last sent.</summary>
/// <param name="Suffix">Which of the log files: empty for the current one, <c>.1</c>, <c>.2.gz</c> … for rotated ones.</param>
/// <param name="Offset">Where in the file the bytes belong; what lay behind is cut off.</param>
public sealed record ReceiveLog(string Suffix, long Offset) : Request;
