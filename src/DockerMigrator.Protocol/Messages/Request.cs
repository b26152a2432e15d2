using System.Text.Json.Serialization;

namespace DockerMigrator.Protocol.Messages;

/// <summary>
/// What the source asks of the agent. One request is under way at a time; requests whose name begins with "Receive" are
/// followed by bulk data. The agent answers each with exactly one <see cref="Reply"/>, if it fails half-way even before
/// the bulk data has ended.
/// </summary>
/// <remarks>
/// The order of a migration: Hello, CheckTarget, ReceiveImage, CreateContainer, ReceiveTree…, PrepareRestore, OpenData,
/// ReceivePages…, StandBy, ReceiveCheckpoint, Restore, Commit, Settle. If the container is started anew: …, CreateContainer,
/// ReceiveTree…, HoldStart, Commit, Settle. ProbeVolume… come right after CreateContainer; Abort at any time before Commit. Losing the connection before Commit means Abort.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "request")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(CheckTarget), "check")]
[JsonDerivedType(typeof(ReceiveImage), "image")]
[JsonDerivedType(typeof(CreateContainer), "create")]
[JsonDerivedType(typeof(ReceiveTree), "tree")]
[JsonDerivedType(typeof(ReceiveLog), "log")]
[JsonDerivedType(typeof(PrepareRestore), "prepare")]
[JsonDerivedType(typeof(OpenData), "open-data")]
[JsonDerivedType(typeof(ReceivePages), "pages")]
[JsonDerivedType(typeof(StandBy), "stand-by")]
[JsonDerivedType(typeof(ReceiveCheckpoint), "checkpoint")]
[JsonDerivedType(typeof(Restore), "restore")]
[JsonDerivedType(typeof(ProbeVolume), "probe")]
[JsonDerivedType(typeof(HoldStart), "hold-start")]
[JsonDerivedType(typeof(Commit), "commit")]
[JsonDerivedType(typeof(Settle), "settle")]
[JsonDerivedType(typeof(Abort), "abort")]
[JsonDerivedType(typeof(AskOutcome), "outcome")]
public abstract record Request;
