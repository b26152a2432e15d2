using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Memory;

/// <summary>A range of a process's addresses.</summary>
/// <param name="Start">First address.</param>
/// <param name="Length">Number of bytes.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct MemoryRange(ulong Start, ulong Length);
