using System.Runtime.InteropServices;

namespace DockerMigrator.Native.Memory;

/// <summary>Neighbouring pages that are alike (<c>struct page_region</c>).</summary>
/// <param name="Start">Address of the first.</param>
/// <param name="End">Address behind the last.</param>
/// <param name="Categories">What they are, of what was asked for.</param>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct PageRegion(ulong Start, ulong End, PageCategories Categories);
