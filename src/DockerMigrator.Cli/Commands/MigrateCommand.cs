using System.CommandLine;
using DockerMigrator.Cli.Terminal;
using DockerMigrator.Docker.Engine;
using DockerMigrator.FileSync.Drivers;
using DockerMigrator.Migration.Reporting;
using DockerMigrator.Migration.Source;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Transport.Tls;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Cli.Commands;

/// <summary><c>migrate</c>: the main job.</summary>
internal static class MigrateCommand
{
    public static Command Create()
    {
        var container = new Argument<string>("CONTAINER") { Description = "Name or ID of the running container." };
        var destination = new Argument<string>("DEST") { Description = "[USER@]HOST, ssh://[USER@]HOST[:PORT], tls://HOST[:PORT] or unix:///PATH." };
        var json = new Option<bool>("--json") { Description = "Print a report as JSON on standard output." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "No progress on standard error, only warnings and errors." };
        var keepSource = new Option<bool>("--keep-source") { Description = "Keep the source's container, stopped and with its restart policy off." };
        var keepImages = new Option<string?>("--keep-images") { Description = "Also keep the CRIU images in this directory.", HelpName = "DIR" };
        var mode = new Option<string>("--mode")
        {
            Description = "Move the running program (live), or stop it and start it anew on the target with its files (restart).",
            DefaultValueFactory = _ => "live",
        };
        mode.AcceptOnlyFromAmong("live", "restart");
        var driver = new Option<string?>("--fs-driver") { Description = "Read the container's layer by the layout of this storage driver, whatever Docker calls its own.", HelpName = "NAME" };
        driver.AcceptOnlyFromAmong([.. StorageDrivers.Names]);
        var tls = CommonOptions.TlsDirectory();
        var mounts = new MountOptions();
        var memory = new MemoryOptions();

        var command = new Command("migrate", "Move a running container to another host.")
        {
            container, destination, json, quiet, mode, keepSource, keepImages, driver, tls,
        };
        mounts.AddTo(command);
        memory.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            var options = new MigrateOptions(parsed.GetRequiredValue(container), parsed.GetRequiredValue(destination))
            {
                Mode = parsed.GetValue(mode) == "restart" ? MigrationMode.Restart : MigrationMode.Live,
                KeepSource = parsed.GetValue(keepSource),
                KeepImages = parsed.GetValue(keepImages),
                StorageDriver = parsed.GetValue(driver),
            };
            options = memory.Apply(parsed, mounts.Apply(parsed, options));
            return await RunAsync(options, new TlsFiles(parsed.GetRequiredValue(tls)), parsed.GetValue(json), parsed.GetValue(quiet));
        });
        return command;
    }

    private static async Task<int> RunAsync(MigrateOptions options, TlsFiles tls, bool json, bool quiet)
    {
        Destination destination;
        try
        {
            destination = Destination.Parse(options.Destination);
        }
        catch (MigratorException e)
        {
            Words.Error(e.Message);
            return ExitCodes.Usage;
        }

        RequireRoot();
        using var signals = new StopSignals(() => Words.Warning("Cancelling: the container goes on here unless it was handed over already."));
        if (await TryConnectAsync(signals) is not { } connected)
            return ExitCodes.Cancelled;
        using var docker = connected;
        var observer = new ConsoleObserver(quiet);
        var report = await new SourceMigration(options, new Connector(destination, tls), docker, observer).RunAsync(signals.Token);
        if (json)
            Console.WriteLine(ReportJson.Write(report));
        if (report.Error is not null)
            Words.Error(report.Error);
        else if (!quiet)
            Console.Error.WriteLine($"{report.Container.Name} runs on {destination.Host}. It {(options.Mode == MigrationMode.Restart ? "was down" : "stood still")} for {report.DowntimeMs:0} ms; {ConsoleObserver.Size(report.Bytes.Values.Sum())} in {report.TotalMs / 1000:0.0} s.");
        return report.ExitCode;
    }

    // From here on cancelling is an event like others; before, there is nothing to undo.
    private static async Task<DockerClient?> TryConnectAsync(StopSignals signals)
    {
        try
        {
            return await DockerClient.ConnectAsync(DockerEndpoint.FromEnvironment(), signals.Token);
        }
        catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
        {
            Words.Error("The migration was cancelled before it began; nothing was touched.");
            return null;
        }
    }

    private static void RequireRoot()
    {
        if (!Environment.IsPrivilegedProcess)
            throw new MigratorException("Migrating needs root on this host: run docker-migrator by sudo.");
    }
}
