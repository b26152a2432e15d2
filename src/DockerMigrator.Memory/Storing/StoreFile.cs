using System.Text;
using DockerMigrator.Native.Files;

namespace DockerMigrator.Memory.Storing;

/// <summary>What files of stored pages have in common.</summary>
internal static class StoreFile
{
    private const uint OwnerOnly = 0x180; // 0600

    /// <summary>Opens a file for reading and writing.</summary>
    /// <exception cref="PageStoreException">It cannot be opened.</exception>
    public static FileDescriptor Open(string directory, string name, OpenFlags flags)
    {
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(directory), OpenFlags.Directory, out var parent);
        using (parent)
        {
            if (error == Errno.None)
            {
                error = FileCalls.OpenAt(parent, Encoding.UTF8.GetBytes(name), flags | OpenFlags.ReadWrite | OpenFlags.NoFollow, OwnerOnly, out var file);
                if (error == Errno.None)
                    return file;
            }
        }

        throw new PageStoreException($"Received memory cannot be kept in {Path.Combine(directory, name)}: {error.Describe()}.");
    }

    /// <summary>The range of pages that came over the network, which may be whatever somebody sent.</summary>
    /// <exception cref="PageStoreException">They are no pages.</exception>
    public static PageRange Check(ulong address, ulong bytes)
    {
        if (bytes == 0 || address % PageRange.PageSize != 0 || bytes % PageRange.PageSize != 0
            || address >= StoredSpace.AddressLimit || bytes > StoredSpace.AddressLimit - address)
        {
            throw new PageStoreException($"The source sent memory that cannot be: {bytes} bytes at address {address:x}.");
        }

        return new PageRange(address, address + bytes);
    }

    /// <summary>Throws unless a call succeeded.</summary>
    /// <exception cref="PageStoreException">It did not.</exception>
    public static void Check(Errno error, string what)
    {
        switch (error)
        {
            case Errno.None:
                return;
            case Errno.ENOSPC or Errno.ENOMEM:
                throw new PageStoreException("The container's memory grew beyond what this host set aside for it.");
            default:
                throw new PageStoreException($"Received memory cannot be {what}: {error.Describe()}.");
        }
    }
}
