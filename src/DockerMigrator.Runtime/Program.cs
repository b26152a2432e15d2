using DockerMigrator.Native.Restore;
using DockerMigrator.Runtime.CommandLine;
using DockerMigrator.Runtime.Reporting;
using DockerMigrator.Runtime.Restoring;

namespace DockerMigrator.Runtime;

/// <summary>PROTOCOL</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        var line = default(RuncCommandLine);
        try
        {
            var program = Environment.GetCommandLineArgs()[0];
            if (ActionScript.IsCalledAs(program))
                return ActionScript.Run(program);
            switch (arguments)
            {
                case [PrestartHook.CommandName, var path, var mode]:
                    return PrestartHook.Run(new RestoreDirectory(path), mode);
                case [Supervisor.CommandName, var path, .. var original]:
                    return Supervisor.Run(new RestoreDirectory(path), RuncCommandLine.Parse(original));
            }

            if (!RestoreDirectories.Any())
                return Runc.Become();
            line = RuncCommandLine.Parse(arguments);
            return Dispatch(line, arguments);
        }
        catch (Exception exception) when (exception is RestoreException or IOException or UnauthorizedAccessException or InvalidDataException or System.Text.Json.JsonException)
        {
            RuntimeLog.Error(line ?? RuncCommandLine.Parse(arguments), exception.Message);
            return 1;
        }
    }

    private static int Dispatch(RuncCommandLine line, string[] arguments)
    {
        if (line.Command is not ("create" or "start" or "delete" or "kill") || RestoreDirectories.Find(line) is not { } directory)
            return Runc.Become();
        return (directory.State, line.Command) switch
        {
            (RestoreState.Pending, "create") => CreateCommand.Run(directory, line, arguments),
            (RestoreState.Pending, "kill") => EndCommand.Kill(directory, line),
            (RestoreState.Pending, "start") or (RestoreState.Failed, "start") => StartCommand.Run(directory, line),
            (RestoreState.Pending, "delete") or (RestoreState.Failed, "delete") => EndCommand.Delete(directory, line),
            (RestoreState.Failed, "create") => throw new RestoreException(directory.ReadStatus()?.Error ?? RestoreFailure.CalledOff(directory)),
            _ => Runc.Become(),
        };
    }
}
