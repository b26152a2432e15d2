using DockerMigrator.Protocol;
using DockerMigrator.Protocol.Framing;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Wire;

/// <summary>The agent's end of the conversation.</summary>
/// <param name="channel">Owned.</param>
public sealed class SourceLink(IByteChannel channel) : IAsyncDisposable
{
    private readonly FramedLink _link = new(channel);

    /// <summary>The next request.</summary>
    /// <exception cref="Transport.ConnectException">The source is gone.</exception>
    public async Task<Request> NextAsync(CancellationToken cancellationToken)
    {
        using var frame = await _link.ReceiveAsync(cancellationToken);
        return frame.Type == FrameType.Message
            ? MessageJson.ReadRequest(frame.Payload.Span)
            : throw new FramingException($"The source sent a {frame.Type} frame where a request was due.");
    }

    /// <summary>The bulk data that follows the request just read.</summary>
    public BulkReadStream OpenBulk(CancellationToken cancellationToken) => new(_link, cancellationToken);

    /// <summary>Answers the request just read.</summary>
    public async Task AnswerAsync(Reply reply, CancellationToken cancellationToken)
    {
        var json = MessageJson.Write(reply);
        var frame = new byte[FrameHeader.Size + json.Length];
        json.CopyTo(frame, FrameHeader.Size);
        await _link.SendAsync(FrameType.Message, frame, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _link.DisposeAsync();
}
