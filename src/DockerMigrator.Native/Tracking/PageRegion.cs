namespace DockerMigrator.Native.Tracking;

/// <summary>Adjacent pages of the same kind, as PAGEMAP_SCAN tells them (<c>struct page_region</c>).</summary>
/// <param name="Start">First address.</param>
/// <param name="End">First address behind them.</param>
/// <param name="Categories">Those categories that were asked for.</param>
public readonly record struct PageRegion(ulong Start, ulong End, PageCategories Categories);
