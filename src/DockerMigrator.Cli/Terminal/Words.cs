namespace DockerMigrator.Cli.Terminal;

/// <summary>What goes to standard error, in one form.</summary>
internal static class Words
{
    public static void Error(string sentence) => Console.Error.WriteLine($"docker-migrator: {OneLine(sentence)}");

    public static void Warning(string sentence) => Console.Error.WriteLine($"docker-migrator: warning: {OneLine(sentence)}");

    // Sentences quote logs and names that come from elsewhere: no control character reaches the terminal.
    public static string OneLine(string text) =>
        string.Concat(text.ReplaceLineEndings(" ").Where(character => !char.IsControl(character)));
}
