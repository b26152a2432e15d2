using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using DockerMigrator.Native.Namespaces;
using DockerMigrator.Network.Errors;
using DockerMigrator.Network.Locking;

namespace DockerMigrator.Tests.Network.Locking;

public sealed class NetworkLockTests
{
    [Fact]
    public async Task A_lock_is_there_from_acquire_to_release_however_often_each_is_called()
    {
        await using var network = await ScratchNetwork.CreateAsync();

        (await NetworkLock.ExistsAsync(network.Pid)).Should().BeFalse();
        await NetworkLock.ReleaseAsync(network.Pid);
        await NetworkLock.AcquireAsync(network.Pid);
        await NetworkLock.AcquireAsync(network.Pid);
        (await NetworkLock.ExistsAsync(network.Pid)).Should().BeTrue();
        await NetworkLock.ReleaseAsync(network.Pid);
        (await NetworkLock.ExistsAsync(network.Pid)).Should().BeFalse();
    }

    [Fact]
    public async Task A_stream_stalls_under_the_lock_without_one_packet_leaving_and_then_goes_on_with_no_byte_lost()
    {
        await using var network = await ScratchNetwork.CreateAsync();
        using var listener = await NetworkNamespace.RunAsync(network.Pid, () =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(network.There, 7000));
            socket.Listen();
            return socket;
        });
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(new IPEndPoint(network.There, 7000));
        using var server = await listener.AcceptAsync();
        var received = 0L;
        var reading = Task.Run(async () =>
        {
            var buffer = new byte[4096];
            byte expected = 0;
            for (int length; (length = await server.ReceiveAsync(buffer)) > 0; Interlocked.Add(ref received, length))
            {
                for (var i = 0; i < length; i++)
                    buffer[i].Should().Be(expected++);
            }
        });

        byte next = 0;
        await SendAsync(client, 1000);
        await WaitUntil(() => Interlocked.Read(ref received) == 1000);
        await NetworkLock.AcquireAsync(network.Pid);
        var packetsBefore = await network.CountReceivedHere();
        await SendAsync(client, 1000);
        await Task.Delay(700);
        var packetsAfter = await network.CountReceivedHere();
        Interlocked.Read(ref received).Should().Be(1000);
        packetsAfter.Should().Be(packetsBefore, "neither acknowledgements nor ARP answers may leave");
        await NetworkLock.ReleaseAsync(network.Pid);
        await SendAsync(client, 1000);
        client.Shutdown(SocketShutdown.Send);
        await reading.WaitAsync(TimeSpan.FromSeconds(20));
        received.Should().Be(3000);

        async Task SendAsync(Socket socket, int count)
        {
            for (var i = 0; i < count; i += 100)
                await socket.SendAsync(Enumerable.Range(0, 100).Select(_ => next++).ToArray());
        }
    }

    [Fact]
    public async Task ARP_and_neighbour_discovery_go_unanswered_under_the_lock()
    {
        await using var network = await ScratchNetwork.CreateAsync();
        await NetworkLock.AcquireAsync(network.Pid);
        var before = await network.CountReceivedHere();

        (await Answers(network.There, 500)).Should().BeFalse();
        (await Answers(network.There6, 500)).Should().BeFalse();
        (await network.CountReceivedHere()).Should().Be(before);
        await NetworkLock.ReleaseAsync(network.Pid);
        (await Answers(network.There, 3000)).Should().BeTrue();
        (await Answers(network.There6, 3000)).Should().BeTrue();
    }

    private static async Task<bool> Answers(IPAddress address, int milliseconds)
    {
        using var ping = new Ping();
        return (await ping.SendPingAsync(address, milliseconds)).Status == IPStatus.Success;
    }

    [Fact]
    public async Task The_hosts_own_network_is_never_locked()
    {
        var act = () => NetworkLock.AcquireAsync(Environment.ProcessId);

        await act.Should().ThrowAsync<NetworkException>();
        (await NetworkLock.ExistsAsync(Environment.ProcessId)).Should().BeFalse();
    }

    [Fact]
    public async Task A_process_that_is_gone_makes_a_sentence()
    {
        var act = () => NetworkLock.ReleaseAsync(0x3fffff);

        (await act.Should().ThrowAsync<NetworkException>()).WithMessage("The network of process 4194303 cannot be unlocked*");
    }

    [Fact]
    public async Task Locking_takes_a_few_milliseconds()
    {
        await using var network = await ScratchNetwork.CreateAsync();
        await NetworkLock.AcquireAsync(network.Pid);
        await NetworkLock.ReleaseAsync(network.Pid);
        var start = Stopwatch.GetTimestamp();
        await NetworkLock.AcquireAsync(network.Pid);
        var elapsed = Stopwatch.GetElapsedTime(start);

        TestContext.Current.TestOutputHelper?.WriteLine($"locked in {elapsed.TotalMilliseconds:0.00} ms");
        elapsed.Should().BeLessThan(TimeSpan.FromMilliseconds(200));
    }

    private static async Task WaitUntil(Func<bool> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition() && Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(10))
            await Task.Delay(5);
        condition().Should().BeTrue();
    }
}
