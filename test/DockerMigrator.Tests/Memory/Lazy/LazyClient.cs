using System.Buffers.Binary;
using System.Diagnostics;
using DockerMigrator.Memory;
using DockerMigrator.Memory.Lazy;
using DockerMigrator.Memory.Storing;

namespace DockerMigrator.Tests.Memory.Lazy;

/// <summary>The program <c>lazy-client.c</c>, and the memory that it expects, stored.</summary>
public sealed class LazyClient : IDisposable
{
    public const int ContainerPid = 7;
    private const ulong Base = 0x100000000000;
    private const int Pages = 4096;
    private static readonly Lazy<string> Program = new(Compile);

    public LazyClient()
    {
        // In memory, like the real thing; and not every disk's files are that long.
        Root = Directory.CreateDirectory($"/dev/shm/lazy-client-{Guid.NewGuid():N}").FullName;
        using var store = new PageStore(Root);
        var page = new byte[PageRange.PageSize];
        for (var number = 0; number < Pages; number++)
        {
            var address = Base + ((ulong)number * PageRange.PageSize);
            if (number % 11 == 0)
                continue;
            if (number % 7 == 0)
            {
                store.WriteZero(0, address, 1);
                continue;
            }

            for (var word = 0; word < page.Length / 8; word++)
                BinaryPrimitives.WriteUInt64LittleEndian(page.AsSpan(word * 8), unchecked((((ulong)number + 1) * 0x9e3779b97f4a7c15) + (ulong)word));
            store.Write(0, address, page);
        }

        new LazyPlan([new LazyTask(ContainerPid, 0, [.. store.Find(0)!.Data.All()])]).Write(Root);
    }

    public string Root { get; }

    public long StoredBytes => new FileInfo(Path.Combine(Root, StoredSpace.FileNameOf(0))) is { Exists: true } file ? file.Length : 0;

    public Process Start(string scenario, int seed = 1) => System.Diagnostics.Process.Start(
        new ProcessStartInfo(Program.Value, [Path.Combine(Root, "lazy-pages.socket"), scenario, $"{seed}"]) { UseShellExecute = false, RedirectStandardError = true })!;

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string Compile()
    {
        var program = Path.Combine(Directory.CreateTempSubdirectory("lazy-client-").FullName, "lazy-client");
        var source = Path.Combine(AppContext.BaseDirectory, "Memory", "Lazy", "lazy-client.c");
        using var compiler = Process.Start("cc", ["-O1", "-pthread", "-o", program, source]);
        compiler.WaitForExit();
        compiler.ExitCode.Should().Be(0);
        return program;
    }
}
