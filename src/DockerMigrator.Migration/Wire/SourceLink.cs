using System.Threading.Channels;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Protocol;
using DockerMigrator.Protocol.Errors;
using DockerMigrator.Protocol.Framing;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Wire;

/// <summary>
/// The agent's end of the conversation. Frames are read ahead, a few of them, so that the loss of the source is noticed
/// at once and not only when the agent next wants something from it.
/// </summary>
public sealed class SourceLink : IAsyncDisposable
{
    private const int FramesAhead = 16;
    private readonly FramedLink _link;
    private readonly Channel<ReceivedFrame> _frames = Channel.CreateBounded<ReceivedFrame>(FramesAhead);
    private readonly CancellationTokenSource _lost = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _reading;

    /// <summary>Takes the channel over.</summary>
    public SourceLink(IByteChannel channel)
    {
        _link = new FramedLink(channel);
        _reading = ReadAheadAsync();
    }

    /// <summary>Who is at the other end.</summary>
    public string Peer => _link.Peer;

    /// <summary>Cancelled when the source is gone.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>The next request.</summary>
    /// <exception cref="ConnectException">The source is gone.</exception>
    public async Task<Request> NextAsync(CancellationToken cancellationToken)
    {
        using var frame = await NextFrameAsync(cancellationToken);
        return frame.Type == FrameType.Message
            ? MessageJson.ReadRequest(frame.Payload.Span)
            : throw new FramingException($"The source sent a {frame.Type} frame where a request was due.");
    }

    /// <summary>The next frame of any type.</summary>
    /// <exception cref="ConnectException">The source is gone.</exception>
    public async ValueTask<ReceivedFrame> NextFrameAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _frames.Reader.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw e.InnerException as MigratorException ?? new ConnectException("The connection to the source is closed.", e);
        }
    }

    /// <summary>The bulk data that follows the request just read.</summary>
    public BulkReadStream OpenBulk(CancellationToken cancellationToken) => new(this, cancellationToken);

    /// <summary>Answers the request just read.</summary>
    /// <exception cref="ConnectException">The source is gone.</exception>
    public async Task AnswerAsync(Reply reply)
    {
        var json = MessageJson.Write(reply);
        var frame = new byte[FrameHeader.Size + json.Length];
        json.CopyTo(frame, FrameHeader.Size);
        await _link.SendAsync(FrameType.Message, frame, CancellationToken.None);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_end.IsCancellationRequested)
            return;
        await _end.CancelAsync();
        await _link.DisposeAsync();
        await _reading;
        while (_frames.Reader.TryRead(out var frame))
            frame.Dispose();
    }

    private async Task ReadAheadAsync()
    {
        try
        {
            while (true)
                await _frames.Writer.WriteAsync(await _link.ReceiveAsync(_end.Token), _end.Token);
        }
        catch (Exception e)
        {
            _frames.Writer.TryComplete(e);
            await _lost.CancelAsync();
        }
    }
}
