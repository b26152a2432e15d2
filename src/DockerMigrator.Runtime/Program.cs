namespace DockerMigrator.Runtime;

internal static class Program
{
    private static int Main(string[] arguments)
    {
        _ = arguments;
        return 2;
    }
}
