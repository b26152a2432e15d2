namespace DockerMigrator.Native.Restore;

/// <summary>
/// A register that is written once. Agent, hold, hook, supervisor, <c>create</c> and <c>delete</c> may all try to decide at
/// the same time; the first one wins and every one of them obeys what the file says.
/// </summary>
/// <remarks>
/// The file appears whole or not at all, and never changes: it is link(2)ed from a complete temporary file, and link fails
/// if the name exists. A rename would let a later writer replace what an earlier one already acted upon.
/// </remarks>
public sealed class DecisionRegister
{
    private const string CommitText = "commit\n";
    private const string AbortText = "abort\n";

    private readonly string _path;

    /// <summary>The register at this path; its directory must exist.</summary>
    public DecisionRegister(string path) => _path = path;

    /// <summary>The decision in force, or null while there is none.</summary>
    /// <exception cref="InvalidDataException">The file holds neither <c>commit</c> nor <c>abort</c>.</exception>
    public Decision? Read()
    {
        string text;
        try
        {
            text = File.ReadAllText(_path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }

        return text switch
        {
            CommitText => Decision.Commit,
            AbortText => Decision.Abort,
            _ => throw new InvalidDataException($"The decision in {_path} is neither commit nor abort."),
        };
    }

    /// <summary>Decides, unless somebody has decided already.</summary>
    /// <returns>The decision in force: the caller's own only if the caller was first.</returns>
    /// <exception cref="IOException">The directory is not there or cannot be written to: nothing was decided.</exception>
    public Decision TryDecide(Decision decision)
    {
        if (Read() is { } earlier)
            return earlier;

        var temporary = $"{_path}.{Guid.NewGuid():N}";
        try
        {
            File.WriteAllText(temporary, decision == Decision.Commit ? CommitText : AbortText);
            if (FileLinks.TryLink(temporary, _path))
                return decision;
        }
        finally
        {
            File.Delete(temporary);
        }

        return Read() ?? throw new IOException($"The decision {_path} was taken away while it was being read.");
    }
}
