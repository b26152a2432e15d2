namespace DockerMigrator.Protocol.Messages;

/// <summary>A tree of files follows: the first pass, or what has changed since the pass before.</summary>
/// <param name="Tree">Which tree.</param>
/// <param name="IsFirst">Whether it is the first pass, which brings everything.</param>
public sealed record ReceiveTree(TreeName Tree, bool IsFirst) : Request;
