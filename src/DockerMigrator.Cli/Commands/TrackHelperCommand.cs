using System.CommandLine;
using System.Runtime.InteropServices;
using DockerMigrator.Native.Ptrace.Injection;

namespace DockerMigrator.Cli.Commands;

/// <summary>
/// <c>track-helper</c>: started by docker-migrator itself to reach into the container's processes, and to leave them in order
/// even if docker-migrator is killed. It ends when its standard input does, and not by a signal that can be ignored.
/// </summary>
internal static class TrackHelperCommand
{
    public static Command Create()
    {
        var command = new Command(InjectionHelper.CommandName, "Reach into processes on behalf of docker-migrator.") { Hidden = true };
        command.SetAction(_ => Serve());
        return command;
    }

    private static int Serve()
    {
        using var interrupt = Ignore(PosixSignal.SIGINT);
        using var terminate = Ignore(PosixSignal.SIGTERM);
        using var hangUp = Ignore(PosixSignal.SIGHUP);
        InjectionHelper.ProtectFromOutOfMemory();
        using var input = Console.OpenStandardInput();
        using var output = Console.OpenStandardOutput();
        InjectionHelper.Serve(input, output);
        return ExitCodes.Success;
    }

    private static PosixSignalRegistration Ignore(PosixSignal signal) =>
        PosixSignalRegistration.Create(signal, context => context.Cancel = true);
}
