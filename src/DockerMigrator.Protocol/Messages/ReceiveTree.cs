namespace DockerMigrator.Protocol.Messages;

/// <summary>A tree of files follows: the first pass, or what has changed since the pass before.</summary>
/// <param name="Tree">Which tree.</param>
/// <param name="Mirror">Whether what the target has and the source has not is removed (a first pass into a plain directory).</param>
public sealed record ReceiveTree(TreeName Tree, bool Mirror) : Request;
