using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using DockerMigrator.FileSync;
using DockerMigrator.FileSync.Errors;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.Cli.Commands;

/// <summary>
/// <c>tree-send</c> and <c>tree-receive</c>: the passes over one directory tree and nothing else of a migration, over a connected
/// socket that is inherited. For the benchmark (bench/files). Not for people.
/// </summary>
internal static class TreeCommand
{
    private const byte PassFollows = 1;
    private const byte PassArrived = 2;

    public static IEnumerable<Command> Create() =>
    [
        Create("tree-send", Send),
        Create("tree-receive", Receive),
    ];

    private static Command Create(string name, Action<string, Stream> run)
    {
        var path = new Argument<string>("PATH");
        var link = new Option<int>("--link") { Required = true, HelpName = "DESCRIPTOR" };
        var command = new Command(name) { path, link };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            using var socket = new Socket(new SafeSocketHandle(parsed.GetRequiredValue(link), ownsHandle: true));
            socket.NoDelay = true;
            using var stream = new NetworkStream(socket);
            try
            {
                run(parsed.GetRequiredValue(path), stream);
            }
            catch (IOException e)
            {
                throw new TreeException($"The other side hung up: {e.Message}", e);
            }

            var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            Console.WriteLine($"{{\"peak_kib\": {peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2]}}}");
            return ExitCodes.Success;
        });
        return command;
    }

    /// <summary>A line on standard input, "live" or "final", is a pass; a line of JSON answers it when the other side has written it.</summary>
    private static void Send(string path, Stream link)
    {
        using var source = PlainTree.Open(path, path);
        var sender = new TreeSender(source) { LooksEverywhereUpTo = TreeSender.FewNames };
        while (Console.ReadLine() is { } line)
        {
            var started = Stopwatch.GetTimestamp();
            link.WriteByte(PassFollows);
            var stats = sender.Send(link, line == "final" ? Pass.Final : Pass.Live);
            var sent = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (link.ReadByte() != PassArrived)
                throw new TreeException($"The other side did not take the pass over {path}.");
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{{\"seconds\": {seconds:0.0000}, \"until_sent\": {sent:0.0000}, \"entries\": {stats.Entries}, \"bytes\": {stats.Bytes}, \"unsettled\": {stats.Unsettled}, \"examined\": {sender.Examined}}}"));
        }
    }

    private static void Receive(string path, Stream link)
    {
        using var root = TreeRoot.OpenDirectory(path, path);
        while (link.ReadByte() == PassFollows)
        {
            TreeReceiver.Receive(link, root);
            link.WriteByte(PassArrived);
        }
    }
}
