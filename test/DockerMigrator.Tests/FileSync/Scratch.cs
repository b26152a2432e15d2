using System.Diagnostics;
using DockerMigrator.FileSync;
using DockerMigrator.FileSync.Receiving;
using DockerMigrator.FileSync.Sending;
using DockerMigrator.FileSync.Trees;

namespace DockerMigrator.Tests.FileSync;

/// <summary>A directory for real files, on the disk or in memory, gone with its test.</summary>
internal sealed class Scratch : IDisposable
{
    private Scratch(string root)
    {
        Root = root;
        Directory.CreateDirectory(Source);
        Directory.CreateDirectory(Target);
    }

    public string Root { get; }

    public string Source => Path.Combine(Root, "source");

    public string Target => Path.Combine(Root, "target");

    public static Scratch OnDisk() => new(Directory.CreateTempSubdirectory("docker-migrator-test.").FullName);

    public static Scratch InMemory() => new(Path.Combine("/dev/shm", "docker-migrator-test." + Guid.NewGuid().ToString("N")));

    /// <summary>Runs a shell script in the scratch directory.</summary>
    public string Shell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-euc", $"cd '{Root}'; exec 2>&1\n{script}"]) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = shell.StandardOutput.ReadToEnd();
        shell.WaitForExit();
        shell.ExitCode.Should().Be(0, output);
        return output;
    }

    /// <summary>One pass from source to target through a buffer.</summary>
    public TreeStats Copy(TreeSender sender, Pass pass = Pass.Live)
    {
        using var stream = new MemoryStream();
        var sent = sender.Send(stream, pass);
        stream.Position = 0;
        using var root = TreeRoot.OpenDirectory(Target, "the target");
        var received = TreeReceiver.Receive(stream, root);
        stream.Position.Should().Be(stream.Length);
        received.Should().Be(sent with { Unsettled = 0 });
        return sent;
    }

    public void ShouldBeSame(ManifestOptions options = ManifestOptions.Holes) =>
        TreeManifest.Describe(Target, options).Should().Equal(TreeManifest.Describe(Source, options));

    /// <summary>Lets file times move on, so that what is there counts as settled.</summary>
    public static void Settle() => Thread.Sleep(80);

    public void Dispose() => Shell("""
        awk -v root="$PWD/" 'index($5, root) == 1 {print $5}' /proc/self/mountinfo | sort -r | xargs -r umount -l
        chattr -R -f -i -a . || true
        rm -rf "$PWD"
        """);
}
