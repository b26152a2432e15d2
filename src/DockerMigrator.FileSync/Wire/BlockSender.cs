using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.ExceptionServices;

namespace DockerMigrator.FileSync.Wire;

/// <summary>
/// Hashes and writes blocks in order, on a thread of its own, so that the next ones can be filled meanwhile. What fails there is
/// thrown at the next call. A stream of one block needs no thread.
/// </summary>
internal sealed class BlockSender(Stream stream) : IDisposable
{
    private const int Blocks = 4;

    private readonly XxHash128 _hash = new();
    private readonly BlockingCollection<(byte[] Block, int Length)> _full = [];
    private readonly BlockingCollection<byte[]> _free = [];
    private Thread? _thread;
    private int _rented;
    private volatile ExceptionDispatchInfo? _failure;
    private volatile bool _isDisposed;

    /// <summary>A block to fill, which <see cref="Send"/> takes back.</summary>
    public byte[] Take()
    {
        _failure?.Throw();
        if (_free.TryTake(out var block))
            return block;
        if (_rented < Blocks)
        {
            _rented++;
            return ArrayPool<byte>.Shared.Rent(WireLimits.LengthPrefix + WireLimits.BlockSize);
        }

        block = _free.Take();
        _failure?.Throw();
        return block;
    }

    /// <summary>Sends a block, of which <paramref name="length"/> bytes are filled.</summary>
    public void Send(byte[] block, int length)
    {
        if (_thread is null)
        {
            _thread = new Thread(SendAll) { IsBackground = true, Name = "file stream" };
            _thread.Start();
        }

        _full.Add((block, length));
    }

    /// <summary>Sends the last block, which gets the hash of everything at its end, and waits until all is written.</summary>
    public void SendLast(byte[] block, int length)
    {
        Join();
        _failure?.Throw();
        _hash.Append(block.AsSpan(WireLimits.LengthPrefix, length));
        length += _hash.GetCurrentHash(block.AsSpan(WireLimits.LengthPrefix + length));
        Write(block, length, WireLimits.LastBlock);
        stream.Flush();
        _free.Add(block);
    }

    /// <summary>Gives up what is not written yet.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Join();
        foreach (var block in _free.Concat(_full.Select(full => full.Block)))
            ArrayPool<byte>.Shared.Return(block);
        _free.Dispose();
        _full.Dispose();
    }

    private void Join()
    {
        _full.CompleteAdding();
        _thread?.Join();
    }

    private void SendAll()
    {
        foreach (var (block, length) in _full.GetConsumingEnumerable())
        {
            try
            {
                if (_failure is null && !_isDisposed)
                {
                    _hash.Append(block.AsSpan(WireLimits.LengthPrefix, length));
                    Write(block, length, 0);
                }
            }
            catch (Exception e)
            {
                _failure = ExceptionDispatchInfo.Capture(e);
            }

            _free.Add(block);
        }
    }

    private void Write(byte[] block, int length, uint mark)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(block, (uint)length | mark);
        stream.Write(block, 0, WireLimits.LengthPrefix + length);
    }
}
