using System.Globalization;

namespace DockerMigrator.Stages;

/// <summary>Each stage that memory goes through in a migration, alone, on 1 GiB. Prints a line for each: name, bytes, seconds.</summary>
internal static class Program
{
    private const long Size = 1 << 30;

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is [MemoryHolder.Command, var bytes])
            return MemoryHolder.Hold(long.Parse(bytes, CultureInfo.InvariantCulture));
        using var holder = MemoryHolder.Start(Size);
        var stages = new MemoryStages(holder.Pid, Print);
        await stages.ScanAsync();
        stages.Read();
        stages.Hash();
        stages.Compress();
        await stages.TlsAsync();
        await stages.SendAsync();
        stages.StoreAndCompose();
        return 0;
    }

    private static void Print(string stage, long bytes, TimeSpan took) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{stage} {bytes} {took.TotalSeconds:0.000000}"));
}
