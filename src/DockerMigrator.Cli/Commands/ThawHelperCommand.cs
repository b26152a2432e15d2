using System.CommandLine;
using System.Runtime.InteropServices;
using DockerMigrator.Criu.Tasks;
using DockerMigrator.Memory.Tracking.SoftDirty;
using DockerMigrator.Native.Ptrace.Injection;

namespace DockerMigrator.Cli.Commands;

/// <summary>
/// <c>thaw-helper</c>: started by docker-migrator itself, to let a container go on that stands still for a moment if
/// docker-migrator is killed in that moment. It ends when its standard input does, and not by a signal that can be ignored.
/// </summary>
internal static class ThawHelperCommand
{
    public static Command Create()
    {
        var directory = new Argument<string>("DIRECTORY") { Description = "The container's directory in the hierarchy that freezes it." };
        var command = new Command(ThawHelper.CommandName, "Let a container go on on behalf of docker-migrator.") { directory };
        command.Hidden = true;
        command.SetAction(result => Serve(result.GetRequiredValue(directory)));
        return command;
    }

    private static int Serve(string directory)
    {
        using var interrupt = Ignore(PosixSignal.SIGINT);
        using var terminate = Ignore(PosixSignal.SIGTERM);
        using var hangUp = Ignore(PosixSignal.SIGHUP);
        InjectionHelper.ProtectFromOutOfMemory();
        using var input = Console.OpenStandardInput();
        ThawHelper.Serve(input, Freezer.Of(directory));
        return ExitCodes.Success;
    }

    private static PosixSignalRegistration Ignore(PosixSignal signal) =>
        PosixSignalRegistration.Create(signal, context => context.Cancel = true);
}
