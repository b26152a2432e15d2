namespace DockerMigrator.Memory.Streaming;

/// <summary>
/// Whether compressing is worth its while, from how fast the link, how fast the compressor and how compressible the memory has
/// been of late. Compressing wins where it takes less time than it saves on the link: a processor is faster than a link of
/// 1 Gbit/s and slower than one of 10. Pure; not thread-safe.
/// </summary>
public sealed class CompressionChoice
{
    // What is not done tells nothing, so now and then a piece is compressed for the sake of knowing.
    private const int ProbeInterval = 32;

    // Weight of the newest piece in the averages.
    private const double Weight = 0.2;

    private double _secondsToSend; // per byte on the wire
    private double _secondsToPack; // per byte of memory
    private double _ratio = 1; // bytes on the wire per byte of memory
    private int _pieces;
    private bool _isKnown;

    /// <summary>Whether the next piece is to be compressed.</summary>
    public bool Next() => _pieces++ % ProbeInterval == 0 || (_isKnown && _secondsToPack + (_ratio * _secondsToSend) < _secondsToSend);

    /// <summary>A piece was compressed.</summary>
    /// <param name="bytes">Bytes of memory.</param>
    /// <param name="packed">Bytes that came of it.</param>
    /// <param name="took">How long it took.</param>
    public void Packed(long bytes, long packed, TimeSpan took)
    {
        Blend(ref _secondsToPack, took.TotalSeconds / bytes);
        Blend(ref _ratio, Math.Min(1, packed / (double)bytes));
        _isKnown = true;
    }

    /// <summary>Bytes were put on the wire.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="took">How long it took.</param>
    public void Sent(long bytes, TimeSpan took) => Blend(ref _secondsToSend, took.TotalSeconds / bytes);

    private void Blend(ref double average, double newest) => average = _isKnown ? ((1 - Weight) * average) + (Weight * newest) : newest;
}
