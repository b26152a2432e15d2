namespace DockerMigrator.Protocol.Errors;

/// <summary>
/// A failure that a user can understand: <see cref="Exception.Message"/> is a whole sentence that says what failed and
/// why. Which host it happened on, what state things are in and what to do next is added by whoever reports it.
/// Every exception type of the product that is meant to reach a user derives from this one; anything else is a defect.
/// </summary>
public class MigratorException : Exception
{
    /// <summary>A failure told in one sentence.</summary>
    public MigratorException(string message)
        : base(message)
    {
    }

    /// <summary>A failure told in one sentence, with what caused it.</summary>
    public MigratorException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
