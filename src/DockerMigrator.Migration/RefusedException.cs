using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration;

/// <summary>The container cannot be moved as things are; nothing was touched. The message holds every reason.</summary>
public sealed class RefusedException : MigratorException
{
    /// <summary>Refuses for these reasons.</summary>
    /// <param name="sentences">At least one whole sentence.</param>
    public RefusedException(IReadOnlyCollection<string> sentences)
        : base(string.Join(" ", sentences))
    {
    }

    /// <summary>Throws if there is a reason to.</summary>
    public static void ThrowIfAny(IReadOnlyCollection<string> sentences)
    {
        if (sentences.Count > 0)
            throw new RefusedException(sentences);
    }
}
