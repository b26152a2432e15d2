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
            await source.Streams[i].WriteAsync(new byte[] { (byte)(i + 1) }, Never);
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

        await source.Streams[0].WriteAsync(new byte[] { 7 }, Never);
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
}
