namespace DockerMigrator.Memory.Lazy;

/// <summary>Somebody who wants to know how far a lazy restore is.</summary>
public interface ILazyObserver
{
    /// <summary>Asked now and then until CRIU has come: whether it may still come.</summary>
    bool IsRestoreExpected();

    /// <summary>CRIU has come.</summary>
    /// <param name="total">Bytes that are to be delivered.</param>
    void Started(long total);

    /// <summary>The restore has succeeded, the container runs. What fails from now on hurts it.</summary>
    void Restored();

    /// <summary>Some pages have been delivered.</summary>
    /// <param name="remaining">Bytes that the restored processes have not got yet.</param>
    void Progressed(long remaining);
}
