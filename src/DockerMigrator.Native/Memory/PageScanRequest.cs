namespace DockerMigrator.Native.Memory;

/// <summary>Which pages a scan is to find, and what to do with them.</summary>
/// <param name="Required">Categories that a page must have.</param>
/// <param name="Forbidden">Categories that it must not have.</param>
/// <param name="AnyOf">Categories of which it must have one.</param>
/// <param name="Returned">Categories to tell; pages that differ in no other are told together.</param>
/// <param name="Protect">
/// Whether each page found is write-protected in the same instant, so that the next scan finds it only if it was written to.
/// </param>
public readonly record struct PageScanRequest(
    PageCategories Required, PageCategories Forbidden, PageCategories AnyOf, PageCategories Returned, bool Protect);
