namespace DockerMigrator.Protocol.Messages;

/// <summary>Creates the volumes and the container, without starting it.</summary>
/// <param name="KeepAddressesOn">Networks on which the container keeps the addresses that it has on the source.</param>
public sealed record CreateContainer(IReadOnlyList<string> KeepAddressesOn) : Request;
