using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Recipes;

namespace DockerMigrator.EndToEnd.Harness;

/// <summary>That a container which has moved is a container like any other, and the one it was.</summary>
internal static class Aftermath
{
    /// <summary>Checks everything that leaves the container as it is: inspect, exec, cp, stats, and that the source has it no more.</summary>
    /// <param name="before">What the source's inspect showed.</param>
    public static async Task VerifyAsync(LabHost source, LabHost target, ContainerInspect before)
    {
        var name = before.Name;
        var after = await target.InspectAsync(name);
        after.IsRunning.Should().BeTrue();
        after.IsPaused.Should().BeFalse();
        after.Id.Should().NotBe(before.Id);
        RecipeDifference.Compare(before, after).Should().BeEmpty();
        (await source.HasContainerAsync(name)).Should().BeFalse();

        (await target.DockerAsync("exec", name, "echo", "from exec")).Should().Be("from exec");
        await target.DockerAsync("cp", $"{name}:/etc/passwd", "/tmp/copied");
        if (!before.HostConfig["ReadonlyRootfs"]!.GetValue<bool>())
        {
            await target.DockerAsync("cp", "/tmp/copied", $"{name}:/var/tmp/copied");
            (await target.DockerAsync("exec", name, "cat", "/var/tmp/copied")).Should().Be(await target.OnAsync("cat", "/tmp/copied"));
        }

        (await target.DockerAsync("stats", "--no-stream", "--format", "{{.Name}}", name)).Should().Be(name);
        (await target.DockerAsync("top", name)).Should().Contain("PID");
    }

    /// <summary>Checks that it can be stopped and started again; its processes begin anew.</summary>
    public static async Task VerifyCyclesAsync(LabHost target, string name)
    {
        await target.DockerAsync("restart", "-t", "2", name);
        (await target.InspectAsync(name)).IsRunning.Should().BeTrue("it was restarted");
        await target.DockerAsync("stop", "-t", "2", name);
        (await target.InspectAsync(name)).IsRunning.Should().BeFalse("it was stopped");
        await target.DockerAsync("start", name);
        (await target.InspectAsync(name)).IsRunning.Should().BeTrue("it was started");
        (await target.DockerAsync("exec", name, "echo", "again")).Should().Be("again");
    }
}
