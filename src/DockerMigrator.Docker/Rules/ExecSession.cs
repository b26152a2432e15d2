using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Docker.Rules;

/// <summary>Reads exec sessions: health checks run as such too, and Docker does not tell which is which.</summary>
public static class ExecSession
{
    /// <summary>Whether the session has a process now. Docker remembers sessions for minutes after their end.</summary>
    public static bool IsRunning(JsonObject exec) => exec.Flag("Running");

    /// <summary>The session's command line.</summary>
    public static IReadOnlyList<string> CommandLine(JsonObject exec) =>
        [exec.Text("ProcessConfig", "entrypoint"), .. exec.Texts("ProcessConfig", "arguments")];

    /// <summary>
    /// Whether the session is a run of the container's health check: it ends by itself, and Docker starts no other while
    /// the container is paused. Told by its command line, the one that Docker makes of <c>Healthcheck.Test</c>, and its lack of input.
    /// </summary>
    public static bool IsHealthCheck(ContainerInspect container, JsonObject exec)
    {
        var test = container.Config.Texts("Healthcheck", "Test");
        if (test.Count < 2 || exec.Flag("OpenStdin") || exec.Flag("ProcessConfig", "tty"))
            return false;
        var shell = container.Config.Texts("Shell") is { Count: > 0 } own ? own : ["/bin/sh", "-c"];
        var command = test.Skip(1);
        return test[0] switch
        {
            "CMD" => command.SequenceEqual(CommandLine(exec)),
            "CMD-SHELL" => shell.Concat(command).SequenceEqual(CommandLine(exec)),
            _ => false,
        };
    }
}
