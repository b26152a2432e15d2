using DockerMigrator.Migration.Transport;
using DockerMigrator.Protocol;
using DockerMigrator.Protocol.Framing;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Wire;

/// <summary>
/// The source's end of the conversation: one request at a time, each with its answer. After a
/// <see cref="ConnectException"/> the link is of no more use.
/// </summary>
public sealed class AgentLink : IAsyncDisposable
{
    private readonly FramedLink _link;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _reading;
    private TaskCompletionSource<Reply> _reply = NewReply();
    private Exception? _dead;
    private bool _unanswered;

    /// <summary>Takes the channel over.</summary>
    public AgentLink(IByteChannel channel)
    {
        _link = new FramedLink(channel);
        _reading = ReadRepliesAsync();
    }

    /// <summary>The target host, for messages to people.</summary>
    public string Peer => _link.Peer;

    /// <summary>Cancelled when the agent is lost.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Asks and waits for the answer, which must be a <typeparamref name="TReply"/>.</summary>
    /// <exception cref="RemoteFailureException">The agent could not do it.</exception>
    /// <exception cref="ConnectException">The agent was lost before it answered.</exception>
    public Task<TReply> AskAsync<TReply>(Request request, CancellationToken cancellationToken)
        where TReply : Reply => AskAsync<TReply>(request, null, null, cancellationToken);

    /// <summary>Asks, sends the bulk data that belongs to the request, and waits for the answer.</summary>
    /// <param name="request">What to ask.</param>
    /// <param name="sendBulk">Writes the bulk data; null if the request has none.</param>
    /// <param name="progress">Told the bytes of bulk data as they go out.</param>
    /// <param name="cancellationToken">
    /// Stops the bulk data and the wait. The answer to the cancelled request is awaited by the next request, so that the
    /// conversation stays in step.
    /// </param>
    public async Task<TReply> AskAsync<TReply>(
        Request request, Func<Stream, Task>? sendBulk, Action<long>? progress, CancellationToken cancellationToken)
        where TReply : Reply
    {
        await SettlePreviousAsync(cancellationToken);
        var reply = _reply.Task;
        var json = MessageJson.Write(request);
        var frame = new byte[FrameHeader.Size + json.Length];
        json.CopyTo(frame, FrameHeader.Size);
        try
        {
            // Cancelled before it went out, a request has no answer to wait for.
            await _link.SendAsync(FrameType.Message, frame, cancellationToken);
            _unanswered = true;
            if (sendBulk is not null)
                await SendBulkAsync(sendBulk, reply, progress, cancellationToken);
        }
        catch (ConnectException) when (Volatile.Read(ref _dead) is ConnectException)
        {
            // The reader knows better why the link is dead than a write that it ended.
            await reply.WaitAsync(cancellationToken);
        }

        var answer = await reply.WaitAsync(cancellationToken);
        _unanswered = false;
        return answer switch
        {
            TReply expected => expected,
            Failed failed => throw new RemoteFailureException(failed.Sentence),
            _ => throw new FramingException($"The agent answered {request.GetType().Name} with {answer.GetType().Name}."),
        };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_end.IsCancellationRequested)
            return;
        await _end.CancelAsync();
        await _link.DisposeAsync();
        await _reading;
    }

    private static TaskCompletionSource<Reply> NewReply() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task SettlePreviousAsync(CancellationToken cancellationToken)
    {
        if (_unanswered)
        {
            await _reply.Task.WaitAsync(cancellationToken);
            _unanswered = false;
        }

        var next = NewReply();
        // The reader may find the link dead at any moment: it fails the reply that it sees, or leaves word here.
        Volatile.Write(ref _reply, next);
        if (Volatile.Read(ref _dead) is { } dead)
            next.TrySetException(dead);
    }

    private async Task SendBulkAsync(Func<Stream, Task> sendBulk, Task<Reply> reply, Action<long>? progress, CancellationToken cancellationToken)
    {
        var stream = new BulkWriteStream(_link, reply, progress, cancellationToken);
        await using (stream)
        {
            try
            {
                await sendBulk(stream);
                await stream.CompleteAsync();
            }
            catch (BulkRefusedException)
            {
                // The reply tells why.
                await stream.EndAsync();
            }
            catch (Exception e) when (e is not ConnectException)
            {
                await stream.EndAsync();
                throw;
            }
        }
    }

    private async Task ReadRepliesAsync()
    {
        try
        {
            while (true)
            {
                using var frame = await _link.ReceiveAsync(_end.Token);
                if (frame.Type != FrameType.Message)
                    throw new FramingException($"The agent sent a {frame.Type} frame.");
                if (!Volatile.Read(ref _reply).TrySetResult(MessageJson.ReadReply(frame.Payload.Span)))
                    throw new FramingException("The agent sent an answer that nobody asked for.");
            }
        }
        catch (Exception e)
        {
            Volatile.Write(ref _dead, e);
            await _lost.CancelAsync();
            var reply = Volatile.Read(ref _reply);
            reply.TrySetException(e);
            // Observed here in case nobody waits for it any more.
            _ = reply.Task.Exception;
            // A write that waits for room in a dead link would wait for ever.
            await _link.DisposeAsync();
        }
    }
}
