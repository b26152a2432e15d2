using DockerMigrator.Memory.Storing;

namespace DockerMigrator.Memory.Lazy;

/// <summary>
/// The stored pages of an address space, which its forks may still need as well. While there is one process, what it has got is
/// given back at once, so that memory moves instead of doubling.
/// </summary>
internal sealed class SharedPages(StoredSpace stored)
{
    private readonly List<LazySpace> _users = [];

    /// <summary>Reads pages.</summary>
    public void Read(ulong address, Span<byte> pages) => stored.Read(address, pages);

    /// <summary>Somebody needs the pages.</summary>
    public void Join(LazySpace user) => _users.Add(user);

    /// <summary>Somebody does not need them any more.</summary>
    public void Leave(LazySpace user)
    {
        _users.Remove(user);
        switch (_users)
        {
            case []:
                stored.Clear();
                break;
            case [var last]:
                GiveBackAllBut(last);
                break;
        }
    }

    /// <summary>A user has got pages, or does not want them.</summary>
    public void Release(PageRange range)
    {
        if (_users.Count == 1)
            stored.Punch(range);
    }

    /// <summary>Closes the file.</summary>
    public void Close() => stored.Dispose();

    private void GiveBackAllBut(LazySpace user)
    {
        var needed = new PageBitmap();
        foreach (var range in user.Outstanding.All())
            needed.Set(range.StoredRange);
        var unwanted = new PageBitmap();
        foreach (var range in stored.FindAll())
            unwanted.Set(range);
        foreach (var range in needed.All())
            unwanted.Clear(range);
        foreach (var range in unwanted.All())
            stored.Punch(range);
    }
}
