using DockerMigrator.Criu.Tasks;
using DockerMigrator.Criu.Undumpable;
using DockerMigrator.Native.Mounts;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Tests.Criu.Undumpable;

public sealed class UndumpableRulesTests
{
    [Theory]
    [InlineData("anon_inode:[io_uring]", "*(app) uses an io_uring*")]
    [InlineData("anon_inode:[userfaultfd]", "*userfaultfd*")]
    [InlineData("anon_inode:[perf_event]", "*perf_event*")]
    [InlineData("anon_inode:[kvm-vm]", "*kind kvm-vm*")]
    public void Anonymous_inodes_that_CRIU_does_not_know_are_refused(string target, string message) =>
        Check(Descriptor(target)).Should().ContainSingle().Which.Message.Should().Match(message);

    [Theory]
    [InlineData("anon_inode:[eventpoll]")]
    [InlineData("anon_inode:inotify")]
    [InlineData("anon_inode:[timerfd]")]
    [InlineData("/var/lib/file")]
    [InlineData("pipe:[77]")]
    public void Common_files_pass(string target) => Check(Descriptor(target)).Should().BeEmpty();

    [Theory]
    [InlineData("MPTCP", true)]
    [InlineData("SCTPv6", true)]
    [InlineData("AF_VSOCK", true)]
    [InlineData("TCPv6", false)]
    [InlineData("UNIX-STREAM", false)]
    [InlineData("NETLINK", false)]
    public void Sockets_are_told_by_their_protocol(string protocol, bool refused) =>
        Check(new DescriptorFacts(5, "socket:[1]", null, protocol, "")).Should().HaveCount(refused ? 1 : 0);

    [Theory]
    [InlineData(1u, 3u, false)] // null
    [InlineData(1u, 9u, false)] // urandom
    [InlineData(5u, 0u, false)] // tty
    [InlineData(136u, 0u, false)] // pts/0
    [InlineData(10u, 200u, false)] // tun
    [InlineData(1u, 1u, true)] // mem
    [InlineData(10u, 229u, true)] // fuse
    [InlineData(195u, 0u, true)] // nvidia
    public void Devices_are_told_by_their_numbers(uint major, uint minor, bool refused) =>
        Check(new DescriptorFacts(5, "/dev/x", new DeviceFile(true, major, minor), null, "")).Should().HaveCount(refused ? 1 : 0);

    [Fact]
    public void A_pipe_in_packet_mode_is_refused() =>
        Check(new DescriptorFacts(5, "pipe:[1]", null, null, "pos:\t0\nflags:\t040001\nmnt_id:\t15\n")).Should().ContainSingle();

    [Fact]
    public void A_file_from_outside_is_refused_but_not_among_the_standard_streams()
    {
        const string Info = "pos:\t0\nflags:\t0100000\nmnt_id:\t99\n";

        Check(new DescriptorFacts(7, "/q", null, null, Info)).Should().ContainSingle().Which.Message.Should().Contain("/q");
        Check(new DescriptorFacts(0, "/dev/null", null, null, Info)).Should().BeEmpty();
        Check(new DescriptorFacts(7, "/memfd:x (deleted)", null, null, Info)).Should().BeEmpty();
    }

    [Fact]
    public void Traced_foreign_and_nested_tasks_are_refused()
    {
        var init = Process(10, 1);
        var traced = Process(11, 2, tracer: 4711);
        var foreign = Process(12, 3, foreign: true);
        var nested = Process(13, 4) with { Namespaces = Namespaces("uts:[2]") };

        UndumpableRules.Check(new ContainerFacts(10, [init, traced, foreign, nested], [])).Select(hindrance => hindrance.Message)
            .Should().SatisfyRespectively(
                first => first.Should().Be("Process 2 (app) is being traced by a debugger (process 4711 of the host): detach it."),
                second => second.Should().StartWith("Process 3 (app) was started from outside"),
                third => third.Should().StartWith("Process 4 (app) runs in a UTS namespace of its own"));
    }

    [Fact]
    public void A_FUSE_file_system_is_refused_unless_it_was_configured()
    {
        var process = Process(10, 1) with { Mounts = MountTable.Parse("5 1 0:9 / /data/x rw - fuse.sshfs host: rw\n") };

        UndumpableRules.Check(new ContainerFacts(10, [process], [])).Should().ContainSingle();
        UndumpableRules.Check(new ContainerFacts(10, [process], ["/data"])).Should().BeEmpty();
    }

    [Theory]
    [InlineData("/dev/nvidia0", true)]
    [InlineData("/dev/uio0", true)]
    [InlineData("/secretmem (deleted)", true)]
    [InlineData("anon_inode:[perf_event]", true)]
    [InlineData("/dev/zero (deleted)", false)]
    [InlineData("/dev/shm/x", false)]
    [InlineData("/usr/lib/libc.so.6", false)]
    [InlineData("[heap]", false)]
    public void Mappings_are_told_by_their_names(string name, bool refused) =>
        UndumpableRules.Check(new ContainerFacts(10, [Process(10, 1) with { Mappings = [name] }], [])).Should().HaveCount(refused ? 1 : 0);

    [Fact]
    public void Names_of_mappings_are_read_with_their_blanks()
    {
        const string Maps = "55c0-55c1 r--p 00000000 00:1c 77   /a b (deleted)\n7f00-7f01 rw-p 00000000 00:00 0 \n7f01-7f02 rw-p 0 00:00 0 [heap]\n7f";

        ProcessFacts.ParseMappings(Maps).Should().Equal("/a b (deleted)", "[heap]");
    }

    [Fact]
    public void Watches_are_read_from_recorded_descriptor_information()
    {
        const string Recorded = "pos:\t0\nflags:\t00\nmnt_id:\t17\nino:\t1038\ninotify wd:1 ino:15e126 sdev:118 mask:fff ignored_mask:0 fhandle-bytes:20 fhandle-type:f8 f_handle:00fb\n";

        FileWatches.Parse(Recorded).Should().Equal(new FileIdentity(0, 280, 0x15e126));
        FileWatches.Parse("fanotify flags:0 event-flags:0\nfanotify ino:4f969 sdev:800013 mflags:0 mask:3b\n").Should().Equal(new FileIdentity(8, 19, 0x4f969));
    }

    [Fact]
    public void This_process_can_be_read_whole()
    {
        var status = ProcessStatus.Read(Environment.ProcessId)!;
        var facts = ProcessFacts.Read(new ContainerProcess(status, [], IsForeign: false));

        facts.Descriptors.Should().NotBeEmpty();
        facts.Mappings.Should().Contain(name => name.Contains("libcoreclr"));
        facts.Namespaces.Should().ContainKey("net");
    }

    private static IReadOnlyList<Hindrance> Check(DescriptorFacts descriptor)
    {
        var process = Process(10, 1) with { Descriptors = [descriptor], Mounts = MountTable.Parse("15 1 0:9 / / rw - overlay overlay rw\n") };
        return UndumpableRules.Check(new ContainerFacts(10, [process], []));
    }

    private static DescriptorFacts Descriptor(string target) => new(5, target, null, null, "");

    private static ProcessFacts Process(int pid, int containerPid, int tracer = 0, bool foreign = false) => new(
        new ContainerProcess(new ProcessStatus(pid, 1, "app", tracer, [pid, containerPid], 1, 0, 'S'), [pid], foreign), Namespaces("uts:[1]"), [], [], []);

    private static Dictionary<string, string> Namespaces(string uts) => new() { ["uts"] = uts };
}
