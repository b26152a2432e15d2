using System.Text.Json.Serialization;

namespace DockerMigrator.Protocol.Messages;

/// <summary>The agent's answer to a <see cref="Request"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "reply")]
[JsonDerivedType(typeof(Welcome), "welcome")]
[JsonDerivedType(typeof(Checked), "checked")]
[JsonDerivedType(typeof(Received), "received")]
[JsonDerivedType(typeof(ContainerCreated), "created")]
[JsonDerivedType(typeof(Prepared), "prepared")]
[JsonDerivedType(typeof(DataOpen), "data-open")]
[JsonDerivedType(typeof(Probed), "probed")]
[JsonDerivedType(typeof(Held), "held")]
[JsonDerivedType(typeof(Running), "running")]
[JsonDerivedType(typeof(Settled), "settled")]
[JsonDerivedType(typeof(Aborted), "aborted")]
[JsonDerivedType(typeof(Outcome), "outcome")]
[JsonDerivedType(typeof(Failed), "failed")]
public abstract record Reply;
