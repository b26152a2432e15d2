using DockerMigrator.Migration.Reporting;

namespace DockerMigrator.Cli.Terminal;

/// <summary>Progress for a person: one line a phase on standard error; on a terminal the running phase counts its bytes.</summary>
internal sealed class ConsoleObserver(bool quiet) : IMigrationObserver
{
    private const long RedrawMilliseconds = 100;
    private readonly bool _live = !quiet && !Console.IsErrorRedirected;
    private string _sentence = "";
    private long _bytes;
    private long _drawnAt;

    public void PhaseStarted(string phase, string sentence)
    {
        _sentence = sentence;
        _bytes = 0;
        Draw(force: true);
    }

    public void Sent(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        Draw(force: false);
    }

    public void PhaseEnded(string phase, TimeSpan took, string sentence)
    {
        if (quiet)
            return;
        Erase();
        var result = sentence.Length == 0 ? "" : $": {Words.OneLine(sentence)}";
        Console.Error.WriteLine($"  {phase,-10} {Time(took),9}{result}");
        _sentence = "";
    }

    public void Warn(string sentence)
    {
        Erase();
        Words.Warning(sentence);
        Draw(force: true);
    }

    /// <summary>A duration as people say it.</summary>
    public static string Time(TimeSpan time) =>
        time.TotalSeconds < 1 ? $"{time.TotalMilliseconds:0} ms" : $"{time.TotalSeconds:0.00} s";

    /// <summary>A size as people say it, in powers of 1024.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes} B",
        < 1024 * 1024 => $"{bytes / 1024.0:0.0} KiB",
        < 1024L * 1024 * 1024 => $"{bytes / 1024.0 / 1024:0.0} MiB",
        _ => $"{bytes / 1024.0 / 1024 / 1024:0.00} GiB",
    };

    private void Draw(bool force)
    {
        if (!_live || _sentence.Length == 0)
            return;
        var now = Environment.TickCount64;
        if (!force && now - _drawnAt < RedrawMilliseconds)
            return;
        _drawnAt = now;
        var bytes = Interlocked.Read(ref _bytes);
        Console.Error.Write($"\r\e[K  {Words.OneLine(_sentence)}{(bytes > 0 ? $" ({Size(bytes)})" : "")}");
    }

    private void Erase()
    {
        if (_live)
            Console.Error.Write("\r\e[K");
    }
}
