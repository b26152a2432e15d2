using System.Net;
using System.Net.Sockets;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Transport.Data;

namespace DockerMigrator.Tests.Migration.Transport.Data;

public sealed class DataConnectionsTests
{
    private static readonly CancellationToken Never = CancellationToken.None;

    [Fact]
    public async Task Those_who_know_each_others_fingerprints_talk()
    {
        using var certificate = DataCertificate.Create();
        using var listener = DataListener.Open(certificate.Fingerprint, 2);

        using var source = await DataConnections.OpenAsync(["127.0.0.1"], listener.Port, listener.Fingerprint, certificate, 2, Never);
        var target = await listener.ConnectionsAsync();

        target.Should().HaveCount(2);
        for (var i = 0; i < 2; i++)
        {
            Send(source.Streams[i], (byte)(i + 1));
            target[i].ReadByte().Should().Be(i + 1);
        }
    }

    [Fact]
    public async Task A_stranger_is_hung_up_on_and_the_right_one_still_gets_through()
    {
        using var certificate = DataCertificate.Create();
        using var stranger = DataCertificate.Create();
        using var listener = DataListener.Open(certificate.Fingerprint, 1);
        // With TLS 1.3 a client learns of its rejection only when it reads.
        using (var refused = await DataConnections.OpenAsync(["127.0.0.1"], listener.Port, listener.Fingerprint, stranger, 1, Never))
        {
            var read = () => refused.Streams[0].ReadByte() < 0 ? throw new IOException("closed") : 0;
            read.Should().Throw<IOException>();
        }

        using var source = await DataConnections.OpenAsync(["127.0.0.1"], listener.Port, listener.Fingerprint, certificate, 1, Never);

        Send(source.Streams[0], 7);
        (await listener.ConnectionsAsync())[0].ReadByte().Should().Be(7);
    }

    [Fact]
    public async Task A_target_that_shows_another_certificate_gets_nothing()
    {
        using var certificate = DataCertificate.Create();
        using var listener = DataListener.Open(certificate.Fingerprint, 1);

        var connect = () => DataConnections.OpenAsync(["127.0.0.1"], listener.Port, certificate.Fingerprint, certificate, 1, Never);

        await connect.Should().ThrowAsync<ConnectException>();
    }

    [Fact]
    public async Task A_port_that_is_closed_is_told_with_its_number()
    {
        using var certificate = DataCertificate.Create();
        int port;
        using (var listener = DataListener.Open(certificate.Fingerprint, 1))
            port = listener.Port;

        var connect = () => DataConnections.OpenAsync(["127.0.0.1", "localhost"], port, certificate.Fingerprint, certificate, 1, Never);

        (await connect.Should().ThrowAsync<ConnectException>()).Which.Message.Should().Contain($"port {port}");
    }

    [Fact]
    public async Task Much_comes_as_it_was_written_and_flushed()
    {
        using var certificate = DataCertificate.Create();
        using var listener = DataListener.Open(certificate.Fingerprint, 1);
        using var source = await DataConnections.OpenAsync(["127.0.0.1"], listener.Port, listener.Fingerprint, certificate, 1, Never);
        var target = (await listener.ConnectionsAsync())[0];
        var content = new byte[5_000_001];
        new Random(1).NextBytes(content);

        var sending = Task.Run(() =>
        {
            for (int at = 0, length = 1; at < content.Length; at += length, length = Math.Min((length * 3) + 1, content.Length - at))
                source.Streams[0].Write(content, at, length);
            source.Streams[0].Flush();
        });
        var received = new byte[content.Length];
        target.ReadExactly(received);

        await sending;
        received.AsSpan().SequenceEqual(content).Should().BeTrue();
    }

    [Fact]
    public async Task Closing_wakes_a_reader_that_waits()
    {
        using var certificate = DataCertificate.Create();
        using var listener = DataListener.Open(certificate.Fingerprint, 1);
        using var source = await DataConnections.OpenAsync(["127.0.0.1"], listener.Port, listener.Fingerprint, certificate, 1, Never);
        var target = (await listener.ConnectionsAsync())[0];
        var reading = Task.Factory.StartNew(() => target.ReadByte(), Never, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.Delay(100, Never);

        listener.Dispose();

        await ShouldBeWokenAsync(reading);
    }

    [Fact]
    public async Task Closing_wakes_a_writer_whose_bytes_nobody_takes()
    {
        using var certificate = DataCertificate.Create();
        using var listener = DataListener.Open(certificate.Fingerprint, 1);
        using var source = await DataConnections.OpenAsync(["127.0.0.1"], listener.Port, listener.Fingerprint, certificate, 1, Never);
        _ = await listener.ConnectionsAsync();
        var writing = Task.Factory.StartNew(
            () =>
            {
                while (true)
                    source.Streams[0].Write(new byte[1 << 20]);
            },
            Never, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.Delay(300, Never);

        source.Dispose();

        await ShouldBeWokenAsync(writing);
    }

    [Fact]
    public async Task A_port_behind_which_nobody_answers_is_given_up()
    {
        using var certificate = DataCertificate.Create();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;

        var connect = () => DataConnections.OpenAsync(["127.0.0.1"], port, certificate.Fingerprint, certificate, 1, Never).WaitAsync(TimeSpan.FromSeconds(20));

        (await connect.Should().ThrowAsync<ConnectException>()).Which.Message.Should().Contain("no answer within 3 seconds");
    }

    private static async Task ShouldBeWokenAsync(Task waiting) =>
        (await waiting.Invoking(task => task.WaitAsync(TimeSpan.FromSeconds(10))).Should().ThrowAsync<Exception>())
            .Which.Should().Match(e => e is IOException || e is ObjectDisposedException);

    private static void Send(Stream stream, byte value)
    {
        stream.WriteByte(value);
        stream.Flush();
    }
}
