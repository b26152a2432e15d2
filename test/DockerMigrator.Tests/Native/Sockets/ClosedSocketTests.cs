using DockerMigrator.Native.Processes;
using DockerMigrator.Native.Sockets;

namespace DockerMigrator.Tests.Native.Sockets;

public sealed class ClosedSocketTests
{
    [Fact]
    public async Task Programs_of_programs_find_it_and_are_at_its_end()
    {
        using var socket = ClosedSocket.Create();

        var result = await Command.Of("bash", "-c", $"bash -c 'readlink /proc/self/fd/{socket.Number}; cat <&{socket.Number}; echo end'").RunAsync();

        result.Stdout.Should().StartWith("socket:").And.EndWith("end\n");
    }

    [Fact]
    public async Task Afterwards_nobody_finds_it()
    {
        int number;
        using (var socket = ClosedSocket.Create())
            number = socket.Number;

        (await Command.Of("readlink", $"/proc/self/fd/{number}").RunAsync()).Succeeded.Should().BeFalse();
    }
}
