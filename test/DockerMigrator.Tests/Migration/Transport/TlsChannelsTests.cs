using System.Net;
using System.Net.Sockets;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Transport.Tls;

namespace DockerMigrator.Tests.Migration.Transport;

public sealed class TlsChannelsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("tls").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Two_hosts_of_one_authority_understand_each_other()
    {
        var authority = Authority("ca");
        var server = Issue(authority, "127.0.0.1", "server");
        var client = Issue(authority, "client", "client");

        (await ExchangeAsync(server, client)).Should().Be("hello");
    }

    [Fact]
    public async Task A_source_of_another_authority_is_turned_away()
    {
        var server = Issue(Authority("ca"), "127.0.0.1", "server");
        var stranger = Issue(Authority("other"), "127.0.0.1", "stranger");

        var exchange = () => ExchangeAsync(server, stranger);

        await exchange.Should().ThrowAsync<ConnectException>();
    }

    [Fact]
    public async Task An_agent_that_has_another_hosts_certificate_is_not_trusted()
    {
        var authority = Authority("ca");
        var server = Issue(authority, "elsewhere", "server");
        var client = Issue(authority, "client", "client");

        var exchange = () => ExchangeAsync(server, client);

        await exchange.Should().ThrowAsync<ConnectException>().WithMessage("*do not trust each other*");
    }

    [Fact]
    public void Keys_are_for_their_owner_only()
    {
        var files = Issue(Authority("ca"), "h", "h");

        File.GetUnixFileMode(files.Key).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static async Task<string> ExchangeAsync(TlsFiles server, TlsFiles client)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var accepted = AcceptAsync(listener, server.Load());
        await using var channel = await TlsChannels.OpenAsync(new Destination.Tls("127.0.0.1", port), client.Load(), CancellationToken.None);
        await channel.Output.WriteAsync("hello"u8.ToArray());
        return await accepted;
    }

    private static async Task<string> AcceptAsync(TcpListener listener, TlsIdentity identity)
    {
        var socket = await listener.AcceptSocketAsync();
        await using var channel = await TlsChannels.AcceptAsync(socket, identity, CancellationToken.None);
        var buffer = new byte[5];
        await channel.Input.ReadExactlyAsync(buffer);
        return System.Text.Encoding.ASCII.GetString(buffer);
    }

    private TlsFiles Authority(string name)
    {
        var files = new TlsFiles(Path.Combine(_directory, name));
        TlsAuthority.Init(files);
        return files;
    }

    private TlsFiles Issue(TlsFiles authority, string host, string name)
    {
        var files = new TlsFiles(Path.Combine(_directory, name));
        TlsAuthority.Issue(authority, host, files);
        return files;
    }
}
