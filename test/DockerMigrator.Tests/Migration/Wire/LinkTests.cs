using System.Net.Sockets;
using System.Security.Cryptography;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Wire;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Tests.Migration.Wire;

public sealed class LinkTests : IAsyncLifetime
{
    private string _path = "";
    private AgentLink _source = null!;
    private SourceLink _agent = null!;

    public async ValueTask InitializeAsync()
    {
        _path = Path.Combine(Path.GetTempPath(), $"link-{Guid.NewGuid():N}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_path));
        listener.Listen();
        var accept = listener.AcceptAsync();
        _source = new AgentLink(await SocketChannel.OpenUnixAsync(_path, CancellationToken.None));
        _agent = new SourceLink(new SocketChannel("source", new NetworkStream(await accept, ownsSocket: true)));
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _agent.DisposeAsync();
        File.Delete(_path);
    }

    [Fact]
    public async Task Bulk_data_of_any_size_arrives_byte_for_byte()
    {
        foreach (var size in new[] { 0, 1, 256 * 1024, (256 * 1024) + 1, 9_000_000 })
        {
            var data = RandomNumberGenerator.GetBytes(size);
            var counted = 0L;
            var asked = _source.AskAsync<Received>(new ReceiveImage([]), stream => stream.WriteAsync(data).AsTask(), bytes => counted += bytes, CancellationToken.None);

            (await _agent.NextAsync(CancellationToken.None)).Should().BeOfType<ReceiveImage>();
            using var arrived = new MemoryStream();
            await _agent.OpenBulk(CancellationToken.None).CopyToAsync(arrived);
            await _agent.AnswerAsync(new Received(1, arrived.Length));

            (await asked).Bytes.Should().Be(size);
            counted.Should().Be(size);
            arrived.ToArray().Should().Equal(data);
        }
    }

    [Fact]
    public async Task An_agent_that_fails_half_way_is_heard_at_once_and_the_conversation_goes_on()
    {
        var endless = new byte[1 << 20];
        var asked = _source.AskAsync<Received>(
            new ReceiveImage([]),
            async stream =>
            {
                while (true)
                    await stream.WriteAsync(endless);
            },
            null,
            CancellationToken.None);

        await _agent.NextAsync(CancellationToken.None);
        var bulk = _agent.OpenBulk(CancellationToken.None);
        await bulk.ReadExactlyAsync(new byte[100]);
        await _agent.AnswerAsync(new Failed("The disk is full."));
        await bulk.DrainAsync();

        await FluentActions.Awaiting(() => asked).Should().ThrowAsync<RemoteFailureException>().WithMessage("The disk is full.");
        var again = _source.AskAsync<Aborted>(new Abort(), CancellationToken.None);
        (await _agent.NextAsync(CancellationToken.None)).Should().Be(new Abort());
        await _agent.AnswerAsync(new Aborted([]));
        (await again).Leftovers.Should().BeEmpty();
    }

    [Fact]
    public async Task A_cancelled_request_is_settled_before_the_next_one()
    {
        using var cancel = new CancellationTokenSource();
        var asked = _source.AskAsync<Held>(new Restore(false), cancel.Token);
        await _agent.NextAsync(CancellationToken.None);
        await cancel.CancelAsync();
        await FluentActions.Awaiting(() => asked).Should().ThrowAsync<OperationCanceledException>();

        var abort = _source.AskAsync<Aborted>(new Abort(), CancellationToken.None);
        await _agent.AnswerAsync(new Held());
        (await _agent.NextAsync(CancellationToken.None)).Should().Be(new Abort());
        await _agent.AnswerAsync(new Aborted([]));

        (await abort).Should().NotBeNull();
    }

    [Fact]
    public async Task A_request_that_was_cancelled_before_it_went_out_is_not_waited_for()
    {
        var asked = () => _source.AskAsync<Held>(new Restore(false), new CancellationToken(canceled: true));
        await asked.Should().ThrowAsync<OperationCanceledException>();

        var abort = _source.AskAsync<Aborted>(new Abort(), CancellationToken.None);
        (await _agent.NextAsync(CancellationToken.None)).Should().Be(new Abort());
        await _agent.AnswerAsync(new Aborted([]));

        (await abort.WaitAsync(TimeSpan.FromSeconds(10))).Leftovers.Should().BeEmpty();
    }

    [Fact]
    public async Task A_source_that_vanishes_is_noticed_while_the_agent_does_something_else()
    {
        await _source.DisposeAsync();

        await Task.Delay(TimeSpan.FromSeconds(5), _agent.Lost).ContinueWith(_ => { }, TaskScheduler.Default);

        _agent.Lost.IsCancellationRequested.Should().BeTrue();
        await FluentActions.Awaiting(() => _agent.NextAsync(CancellationToken.None)).Should().ThrowAsync<ConnectException>();
    }

    [Fact]
    public async Task An_agent_that_vanishes_fails_the_request_under_way_and_every_later_one()
    {
        var asked = _source.AskAsync<Held>(new Restore(false), CancellationToken.None);
        await _agent.NextAsync(CancellationToken.None);
        await _agent.DisposeAsync();

        await FluentActions.Awaiting(() => asked).Should().ThrowAsync<ConnectException>();
        await FluentActions.Awaiting(() => _source.AskAsync<Aborted>(new Abort(), CancellationToken.None)).Should().ThrowAsync<ConnectException>();
    }
}
