namespace DockerMigrator.Protocol.Messages;

/// <summary>Answers <see cref="CheckTarget"/>.</summary>
/// <param name="Problems">Why the container cannot move here, a sentence each; empty if it can.</param>
/// <param name="Warnings">What the user should know, a sentence each.</param>
/// <param name="HasImage">Whether the image is here, so that it need not be sent.</param>
/// <param name="ImageNames">Those of the image's names that mean nothing here yet, so that they may be sent along.</param>
public sealed record Checked(
    IReadOnlyList<string> Problems, IReadOnlyList<string> Warnings, bool HasImage, IReadOnlyList<string> ImageNames) : Reply;
