using System.Diagnostics;
using DockerMigrator.Memory.Tracking;

namespace DockerMigrator.Tests.Memory.Tracking;

public sealed class DirectInputTests
{
    [Fact]
    public async Task A_process_that_reads_past_the_page_cache_is_found()
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, new byte[1 << 20]);
            // dd opens its input, and then waits for somebody to read its output.
            using var direct = Process.Start(new ProcessStartInfo("dd", [$"if={file}", "iflag=direct", "bs=4096", "of=/dev/stdout"]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true })!;
            using var plain = Process.Start(new ProcessStartInfo("sleep", ["60"]) { UseShellExecute = false, RedirectStandardInput = true })!;
            try
            {
                var found = false;
                for (var attempt = 0; attempt < 500 && !direct.HasExited && !(found = DirectInput.IsUsedBy(direct.Id)); attempt++)
                    await Task.Delay(2);
                Assert.SkipWhen(direct.HasExited && direct.ExitCode != 0, "the temporary directory's file system has no direct input");
                found.Should().BeTrue();
                DirectInput.IsUsedBy(plain.Id).Should().BeFalse();
            }
            finally
            {
                direct.Kill();
                plain.Kill();
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("pos:\t0\nflags:\t0140002\nmnt_id:\t30\n", 0xc002)]
    [InlineData("pos:\t0\n", 0)]
    [InlineData("flags:\t9\n", 0)]
    public void Flags_are_octal(string text, int flags) => DirectInput.ParseFlags(text).Should().Be(flags);
}
