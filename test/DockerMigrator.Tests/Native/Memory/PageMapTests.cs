using DockerMigrator.Native.Memory;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Tests.Native.Memory;

public sealed class PageMapTests
{
    [Fact]
    public void An_address_space_is_alive_until_its_process_ends()
    {
        using var input = File.OpenHandle("/dev/null");
        var child = DetachedChild.Start(["sleep", "600"], input);
        using var map = PageMap.TryOpen(child.Pid)!;

        map.IsAlive.Should().BeTrue();
        child.Dispose();
        map.IsAlive.Should().BeFalse();
    }

    [Fact]
    public void Or_executes_another_program()
    {
        var fifo = Path.Combine(Directory.CreateTempSubdirectory("page-map-").FullName, "go");
        using var make = System.Diagnostics.Process.Start("mkfifo", fifo);
        make.WaitForExit();
        using var input = File.OpenHandle("/dev/null");
        using var child = DetachedChild.Start(["sh", "-c", $"read line <{fifo}; exec sleep 600"], input);
        // The shell waits for somebody to open the other end, and that opening waits for the shell.
        using (var go = new StreamWriter(fifo))
        {
            using var map = PageMap.TryOpen(child.Pid)!;
            map.IsAlive.Should().BeTrue();

            go.WriteLine("go");
            go.Flush();

            SpinWait.SpinUntil(() => !map.IsAlive, TimeSpan.FromSeconds(20)).Should().BeTrue();
            using var after = PageMap.TryOpen(child.Pid)!;
            after.IsAlive.Should().BeTrue();
        }

        Directory.Delete(Path.GetDirectoryName(fifo)!, recursive: true);
    }
}
