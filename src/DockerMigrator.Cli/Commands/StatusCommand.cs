using System.CommandLine;
using System.Text.Json;
using DockerMigrator.Cli.Terminal;
using DockerMigrator.Memory.Serving;

namespace DockerMigrator.Cli.Commands;

/// <summary><c>status</c>: containers of this host whose memory is still arriving, or did not arrive.</summary>
internal static class StatusCommand
{
    private const int ShortId = 12;

    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "One JSON array on standard output." };
        var command = new Command("status", "Show restored containers whose memory is still arriving on this host.") { json };
        command.SetAction(parsed =>
        {
            var states = LazyDirectory.FindAll().Select(directory => directory.Judge()).OfType<LazyState>().ToList();
            if (parsed.GetValue(json))
                WriteJson(states);
            else
                WriteLines(states);
            return states.Exists(state => state.Phase == LazyPhase.Failed) ? ExitCodes.Failed : ExitCodes.Success;
        });
        return command;
    }

    private static void WriteLines(List<LazyState> states)
    {
        if (states.Count == 0)
            Console.WriteLine("No memory is arriving.");
        foreach (var state in states)
        {
            var name = state.Container[..Math.Min(ShortId, state.Container.Length)];
            Console.WriteLine(state.Phase switch
            {
                LazyPhase.Failed => $"{name}  failed: {Words.OneLine(state.Error ?? "")}",
                LazyPhase.Waiting => $"{name}  waits for the restore",
                _ => $"{name}  {Percent(state)} % of its memory is here, {ConsoleObserver.Size(state.Remaining)} to come",
            });
        }
    }

    private static void WriteJson(List<LazyState> states)
    {
        using var output = Console.OpenStandardOutput();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartArray();
            foreach (var state in states)
            {
                writer.WriteStartObject();
                writer.WriteString("container", state.Container);
                writer.WriteString("phase", state.Phase switch { LazyPhase.Failed => "failed", LazyPhase.Waiting => "waiting", _ => "serving" });
                writer.WriteNumber("percent", Percent(state));
                writer.WriteNumber("total_bytes", state.Total);
                writer.WriteNumber("remaining_bytes", state.Remaining);
                writer.WriteString("error", state.Error);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        output.WriteByte((byte)'\n');
    }

    private static long Percent(LazyState state) => state.Total == 0 ? 0 : (state.Total - state.Remaining) * 100 / state.Total;
}
