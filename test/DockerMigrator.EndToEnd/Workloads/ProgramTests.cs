using System.Net;
using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Workloads;

/// <summary>Programs of other kinds.</summary>
[Trait("Area", "Workloads")]
public sealed class ProgramTests(Hosts hosts) : MigrationTest(hosts)
{
    // Numbers run through processes and pipes; a child that sleeps lives beside them.
    private const string Tree = """
        (while :; do sleep 1000; done) &
        (i=0; while :; do echo $i; i=$((i+1)); usleep 10000; done) | sh -c 'while read n; do echo $n; done' | (cat | while read n; do echo $n; done)
        """;

    [Fact]
    public async Task Nginx_moves_under_requests_and_gives_no_wrong_answer()
    {
        await Source.StartAsync("nginx", "-p", "8080:80", "lab/nginx");
        var before = await Source.InspectAsync("nginx");
        await using var client = RequestingClient.Start(8080, Source.Address, Target.Address);
        await Eventually.IsTrueAsync("nginx answers", () => client.Count > 100);
        var workers = await WorkersAsync(Source);

        await MoveAsync("nginx");

        await Eventually.IsTrueAsync("the client follows", () => Target.Address.Equals(client.Answering));
        var count = client.Count;
        await Eventually.IsTrueAsync("nginx goes on answering", () => client.Count > count + 100);
        await client.StopAsync();
        (await WorkersAsync(Target)).Should().Be(workers, "the worker processes are the same");
        await Aftermath.VerifyAsync(Source, Target, before);
        await Aftermath.VerifyCyclesAsync(Target, "nginx");
    }

    [Fact]
    public async Task A_tree_of_shells_and_pipes_moves_without_losing_a_line()
    {
        await Source.StartAsync("tree", "lab/busybox", "sh", "-c", Tree);
        await NumberLog.WaitForAsync(Source, "tree", 50);
        var before = await Source.InspectAsync("tree");

        await MoveAsync("tree");

        await NumberLog.VerifyGoesOnAsync(Target, "tree");
        await Aftermath.VerifyAsync(Source, Target, before);
    }

    [Fact]
    public async Task A_program_that_only_sleeps_sleeps_on()
    {
        await Source.StartAsync("sleeper", "lab/busybox", "sleep", "1000");
        var before = await Source.InspectAsync("sleeper");

        await MoveAsync("sleeper");

        await Task.Delay(500);
        await Aftermath.VerifyAsync(Source, Target, before);
    }

    [Fact]
    public async Task An_image_that_the_target_does_not_have_comes_along()
    {
        await Source.DockerAsync("tag", "lab/busybox", "example/counter:1.0");
        await NumberLog.StartAsync(Source, "counter");
        await Source.DockerAsync("rm", "-f", "counter");
        await Source.StartAsync("counter", "example/counter:1.0", "sh", "-c", NumberLog.Script);
        var before = await Source.InspectAsync("counter");
        await Target.DockerAsync("rmi", "lab/busybox");
        try
        {
            var result = await MoveAsync("counter");

            result.Report["bytes"]!["image"]!.GetValue<long>().Should().BePositive();
            await NumberLog.VerifyGoesOnAsync(Target, "counter");
            await Aftermath.VerifyAsync(Source, Target, before);
            (await Target.DockerAsync("image", "inspect", "-f", "{{.Id}}", "example/counter:1.0")).Should().Be(await Source.DockerAsync("image", "inspect", "-f", "{{.Id}}", "lab/busybox"));
        }
        finally
        {
            await Source.DockerAsync("rmi", "example/counter:1.0");
            await Target.TryDockerAsync("rm", "-f", "counter");
            await Target.TryDockerAsync("rmi", "example/counter:1.0");
            await LabTool.RunAsync("image", "busybox", Target.Name);
        }
    }

    private static async Task<string> WorkersAsync(LabHost host) =>
        await host.DockerAsync("exec", "nginx", "sh", "-c", "cat /proc/1/task/1/children | tr ' ' '\\n' | sort");
}
