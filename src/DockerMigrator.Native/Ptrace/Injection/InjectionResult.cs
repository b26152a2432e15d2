using DockerMigrator.Native.Files;

namespace DockerMigrator.Native.Ptrace.Injection;

/// <summary>What running calls in another process brought.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Error">Why the kernel refused.</param>
/// <param name="Descriptor">Number of the copied descriptor in the process that injected; -1 for none.</param>
/// <param name="Stopped">How long the thread stood still.</param>
public readonly record struct InjectionResult(InjectionOutcome Outcome, Errno Error, int Descriptor, TimeSpan Stopped);
