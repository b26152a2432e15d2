using System.Buffers;
using DockerMigrator.Migration.Transport;
using DockerMigrator.Protocol;
using DockerMigrator.Protocol.Framing;

namespace DockerMigrator.Migration.Wire;

/// <summary>Frames over a byte channel, with signs of life in both directions. One reader at a time, any number of writers.</summary>
public sealed class FramedLink : IAsyncDisposable
{
    private readonly IByteChannel _channel;
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly CancellationTokenSource _end = new();
    private readonly byte[] _header = new byte[FrameHeader.Size];
    private readonly Task _alive;
    private long _lastSent = Environment.TickCount64;

    /// <summary>Takes the channel over.</summary>
    public FramedLink(IByteChannel channel)
    {
        _channel = channel;
        _alive = SendSignsOfLifeAsync();
    }

    /// <summary>Who is at the other end.</summary>
    public string Peer => _channel.Peer;

    /// <summary>
    /// Sends one frame. <paramref name="frame"/> begins with <see cref="FrameHeader.Size"/> bytes that are overwritten
    /// with the header, so that a frame is one write.
    /// </summary>
    /// <exception cref="ConnectException">The link is dead.</exception>
    public async ValueTask SendAsync(FrameType type, Memory<byte> frame, CancellationToken cancellationToken)
    {
        new FrameHeader(type, frame.Length - FrameHeader.Size).Write(frame.Span);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            // Not cancellable by the caller: half a frame on the wire would garble all that follows.
            await _channel.Output.WriteAsync(frame, _end.Token);
            await _channel.Output.FlushAsync(_end.Token);
            Volatile.Write(ref _lastSent, Environment.TickCount64);
        }
        catch (Exception e) when (IsLinkFailure(e))
        {
            throw await ExplainAsync(e);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The next frame that is not a mere sign of life, its payload in a rented buffer.</summary>
    /// <exception cref="ConnectException">
    /// The other side closed the link, nothing came for <see cref="LinkTiming.Silence"/>, or what came is not this protocol.
    /// </exception>
    public async ValueTask<ReceivedFrame> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _end.Token);
            patience.CancelAfter(LinkTiming.Silence);
            try
            {
                await ReadAsync(_header, patience.Token);
                var header = FrameHeader.Read(_header);
                if (header.Type == FrameType.Alive)
                    continue;

                var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(1, header.Length));
                await ReadAsync(buffer.AsMemory(0, header.Length), patience.Token);
                return new ReceivedFrame(header, buffer);
            }
            catch (FramingException e)
            {
                throw new ConnectException($"What answers on {Peer} does not speak this program's language: {e.Message} Is it an agent of the same version, and does nothing else (a login script, say) print on its way?", e);
            }
            catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested && !_end.IsCancellationRequested)
            {
                throw new ConnectException($"The connection to {Peer} is dead: nothing came for {LinkTiming.Silence.TotalSeconds:0} seconds.", e);
            }
            catch (Exception e) when (IsLinkFailure(e) && !cancellationToken.IsCancellationRequested)
            {
                throw await ExplainAsync(e);
            }
        }
    }

    /// <summary>Closes the link; whoever still writes or reads gets a <see cref="ConnectException"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_end.IsCancellationRequested)
            return;
        await _end.CancelAsync();
        await _channel.DisposeAsync();
        await _alive;
    }

    // A read of standard input or of a pipe does not heed its token, and may not even be asynchronous: it is left behind on
    // its thread, and the link is dead then anyway.
    private Task ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        Task.Run(() => _channel.Input.ReadExactlyAsync(buffer, cancellationToken).AsTask(), cancellationToken).WaitAsync(cancellationToken);

    private static bool IsLinkFailure(Exception e) =>
        e is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException;

    private async Task<ConnectException> ExplainAsync(Exception e)
    {
        if (_end.IsCancellationRequested)
            return new ConnectException($"The connection to {Peer} is closed.", e);
        var why = await _channel.ExplainEndAsync();
        return new ConnectException(why is null ? $"The connection to {Peer} was lost ({e.Message})." : $"The connection to {Peer} was lost: {why.TrimEnd('.')}.", e);
    }

    private async Task SendSignsOfLifeAsync()
    {
        using var timer = new PeriodicTimer(LinkTiming.AliveInterval);
        var frame = new byte[FrameHeader.Size];
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                if (Environment.TickCount64 - Volatile.Read(ref _lastSent) >= LinkTiming.AliveInterval.TotalMilliseconds / 2)
                    await SendAsync(FrameType.Alive, frame, _end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ConnectException)
        {
            // Whoever reads from the link is told; nobody waits for this.
        }
    }
}
