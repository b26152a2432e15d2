using DockerMigrator.Criu.Tasks;

namespace DockerMigrator.Tests.Criu.Tasks;

public sealed class InterruptedThreadsTests
{
    [Theory]
    [InlineData("230 0x0 0x0 0x7ffc8f15ca88 0x7ffc8f15ca88 0x0 0x0 0x7ffc8f15ca40 0x4ae3f7\n", true)]
    [InlineData("219 0xa1a22c0 0x0 0xf4240 0x0 0x0 0x0 0x7f4dfa12cb08 0x7f4dfac6c72e\n", true)]
    [InlineData("running\n", true)]
    [InlineData("232 0x4 0x7ffc8f15ca88 0x10 0xffffffff 0x0 0x8 0x7ffc8f15ca40 0x4ae3f7\n", false)]
    [InlineData("-1 0x7ffc8f15ca40 0x4ae3f7\n", false)]
    [InlineData("", false)]
    public void Only_threads_in_waits_that_may_be_broken_off_are_stopped(string syscall, bool candidate) =>
        InterruptedThreads.IsCandidate(syscall).Should().Be(candidate);
}
