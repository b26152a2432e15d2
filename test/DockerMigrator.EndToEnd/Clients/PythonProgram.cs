namespace DockerMigrator.EndToEnd.Clients;

/// <summary>The programs in <c>Programs</c>, as arguments for <c>docker run</c>.</summary>
internal static class PythonProgram
{
    public static string[] Command(string name, params string[] arguments) =>
        ["lab/python", "python3", "-c", File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Programs", name + ".py")), .. arguments];
}
