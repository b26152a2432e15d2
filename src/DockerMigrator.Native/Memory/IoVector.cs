using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Memory;

/// <summary>The kernel's <c>struct iovec</c>.</summary>
/// <param name="Address">Where.</param>
/// <param name="Length">How many bytes.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct IoVector(nint Address, nuint Length);
