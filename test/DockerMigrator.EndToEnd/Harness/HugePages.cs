namespace DockerMigrator.EndToEnd.Harness;

/// <summary>Has the kernel use huge pages without being asked, for as long as it is not disposed: the default of Debian and Red Hat. That is a setting of the whole machine.</summary>
internal sealed class HugePages : IDisposable
{
    private const string Setting = "/sys/kernel/mm/transparent_hugepage/enabled";

    private readonly string _before;

    private HugePages(string before) => _before = before;

    /// <summary>Begins; the test is skipped where that cannot be set.</summary>
    public static HugePages Always()
    {
        Assert.SkipUnless(File.Exists(Setting), "the kernel has no transparent huge pages");
        // "always [madvise] never"
        var before = File.ReadAllText(Setting).Split('[', ']')[1];
        try
        {
            File.WriteAllText(Setting, "always");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Assert.Skip("the use of huge pages cannot be set here");
        }

        return new HugePages(before);
    }

    public void Dispose() => File.WriteAllText(Setting, _before);
}
