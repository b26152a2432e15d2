using DockerMigrator.Memory.Lazy;

namespace DockerMigrator.Tests.Memory.Lazy;

public sealed class LazyServerTests : IDisposable
{
    private readonly LazyClient _client = new();

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("read")]
    [InlineData("early")]
    [InlineData("idle")]
    [InlineData("threads")]
    [InlineData("fork")]
    public async Task A_process_finds_every_byte(string scenario)
    {
        var observer = await ServeAsync(scenario, 1);

        observer.Outcome.Should().Be(LazyOutcome.Delivered);
        observer.IsRestored.Should().BeTrue();
        observer.Remaining.Should().Be(0);
        _client.StoredBytes.Should().Be(0);
    }

    [Fact]
    public async Task A_process_finds_every_byte_whatever_it_does_to_its_memory()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            using var client = new LazyClient();
            var observer = await ServeAsync(client, "mix", seed);
            observer.Outcome.Should().Be(LazyOutcome.Delivered);
        }
    }

    [Fact]
    public async Task A_process_that_dies_needs_nothing_any_more()
    {
        var observer = await ServeAsync("die", 1, expected: 128 + 9);

        observer.Outcome.Should().Be(LazyOutcome.Delivered);
    }

    [Fact]
    public async Task A_restore_that_CRIU_gives_up_is_called_off()
    {
        var observer = await ServeAsync("abort", 1);

        observer.Outcome.Should().Be(LazyOutcome.CalledOff);
        observer.IsRestored.Should().BeFalse();
    }

    [Fact]
    public void A_restore_that_nobody_expects_any_more_is_called_off()
    {
        using var server = LazyServer.Open(_client.Root, _client.Root, new RecordingObserver { IsExpected = false });

        server.Run().Should().Be(LazyOutcome.CalledOff);
    }

    private Task<RecordingObserver> ServeAsync(string scenario, int seed, int expected = 0) => ServeAsync(_client, scenario, seed, expected);

    private static async Task<RecordingObserver> ServeAsync(LazyClient client, string scenario, int seed, int expected = 0)
    {
        var observer = new RecordingObserver();
        using var server = LazyServer.Open(client.Root, client.Root, observer);
        var serving = Task.Run(server.Run);
        using var process = client.Start(scenario, seed);
        try
        {
            await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }

        process.ExitCode.Should().Be(expected, "seed {0}: {1}", seed, await process.StandardError.ReadToEndAsync());
        observer.Outcome = await serving.WaitAsync(TimeSpan.FromSeconds(30));
        return observer;
    }

    private sealed class RecordingObserver : ILazyObserver
    {
        public bool IsExpected { get; init; } = true;

        public bool IsRestored { get; private set; }

        public long Remaining { get; private set; } = -1;

        public LazyOutcome? Outcome { get; set; }

        public bool IsRestoreExpected() => IsExpected;

        public void Started(long total) => total.Should().BePositive();

        public void Restored() => IsRestored = true;

        public void Progressed(long remaining) => Remaining = remaining;
    }
}
