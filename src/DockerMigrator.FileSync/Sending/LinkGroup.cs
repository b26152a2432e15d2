namespace DockerMigrator.FileSync.Sending;

/// <summary>The names of one inode that has several, as met in one pass.</summary>
/// <param name="FirstPath">The first of them, to which the others are linked.</param>
/// <param name="Signature">The inode's signature at the first.</param>
/// <param name="WasSent">Whether the first was sent in this pass: the target's inode is then a new one, and every other name must be linked anew.</param>
internal sealed record LinkGroup(byte[] FirstPath, ulong Signature, bool WasSent);
