namespace DockerMigrator.Memory.Tracking.SoftDirty;

/// <summary><c>/proc/PID/clear_refs</c>.</summary>
internal static class ClearReferences
{
    /// <summary>Clears the soft-dirty bits of a process; false if it is gone.</summary>
    public static bool TryClear(int pid)
    {
        try
        {
            using var file = new FileStream($"/proc/{pid}/clear_refs", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write("4"u8);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
