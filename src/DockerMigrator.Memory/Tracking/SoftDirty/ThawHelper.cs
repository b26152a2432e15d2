using DockerMigrator.Criu.Errors;
using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Memory.Tracking.SoftDirty;

/// <summary>What the process behind a <see cref="FreezeGuard"/> does: it listens until whoever froze the container is gone.</summary>
public static class ThawHelper
{
    /// <summary>The command of docker-migrator that is a helper; its argument is the directory of the container's freezer.</summary>
    public const string CommandName = "thaw-helper";

    /// <summary>The container is about to be frozen.</summary>
    internal const byte Armed = (byte)'f';

    /// <summary>The container goes on.</summary>
    internal const byte Disarmed = (byte)'t';

    /// <summary>Reads until <paramref name="input"/> ends, and lets the container go on if it was frozen by then.</summary>
    public static void Serve(Stream input, Freezer freezer)
    {
        var last = (int)Disarmed;
        for (var order = input.ReadByte(); order >= 0; order = input.ReadByte())
            last = order;
        if (last != Armed)
            return;
        try
        {
            freezer.Thaw();
        }
        catch (CriuException)
        {
            // The container is gone.
        }
    }
}
