namespace DockerMigrator.Cli;

/// <summary>The exit codes, as the documentation promises them. Those of a migration come with its report.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Usage = 2;
    public const int Refused = 3;
    public const int Failed = 4;
    public const int InDoubt = 5;
    public const int Cancelled = 130;
}
