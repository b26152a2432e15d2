using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Criu.Undumpable;

/// <summary>Which open files CRIU cannot dump.</summary>
internal static class DescriptorRules
{
    // The anonymous inodes that CRIU knows (criu/files.c, dump_one_file); everything else of the kind it refuses.
    private static readonly string[] KnownAnonymous =
        ["eventfd", "eventpoll", "inotify", "fanotify", "signalfd", "timerfd", "pidfd", "bpf-map"];

    // Names by which the kernel knows the protocols that CRIU restores (criu/sockets.c, criu/sk-inet.c).
    private static readonly string[] KnownProtocols =
    [
        "TCP", "TCPv6", "UDP", "UDPv6", "UDP-Lite", "UDPLITEv6", "RAW", "RAWv6", "PING", "PINGv6",
        "UNIX", "UNIX-STREAM", "PACKET", "NETLINK",
    ];

    /// <summary>The hindrances among the open files of a process, each kind once.</summary>
    public static IEnumerable<Hindrance> Check(ProcessFacts process)
    {
        var mountIds = process.Mounts.Select(mount => mount.Id).ToHashSet();
        foreach (var descriptor in process.Descriptors)
        {
            var what = CheckAnonymous(descriptor) ?? CheckSocket(descriptor) ?? CheckDevice(descriptor) ?? CheckPipe(descriptor)
                ?? CheckMount(descriptor, mountIds);
            if (what is not null)
                yield return UndumpableRules.Refuse($"{UndumpableRules.Name(process)} {what}");
        }
    }

    /// <summary>What an anonymous inode is, in words.</summary>
    public static string Describe(string kind) => kind switch
    {
        "io_uring" => "an io_uring",
        "userfaultfd" => "a userfaultfd",
        "perf_event" => "a performance counter (perf_event)",
        _ => $"a kernel object of the kind {kind}",
    };

    private static string? CheckAnonymous(DescriptorFacts descriptor)
    {
        if (descriptor.AnonymousKind is not { } kind || KnownAnonymous.Contains(kind))
            return null;
        var hint = kind == "io_uring" ? ": start the program with io_uring turned off (for libuv and Node.js UV_USE_IO_URING=0)" : "";
        return $"uses {Describe(kind)}, which CRIU cannot dump{hint}.";
    }

    private static string? CheckSocket(DescriptorFacts descriptor) => descriptor.SocketProtocol switch
    {
        null => null,
        "MPTCP" or "MPTCPv6" => "has a multipath TCP socket, which CRIU cannot dump: turn it off (for Go programs by the environment variable GODEBUG=multipathtcp=0).",
        var protocol when KnownProtocols.Contains(protocol) => null,
        var protocol => $"has a socket of the protocol {protocol}, which CRIU cannot dump.",
    };

    private static string? CheckDevice(DescriptorFacts descriptor) =>
        descriptor.Device is { } device && !IsKnown(device)
            ? $"has the device {descriptor.Target} ({device.Major}:{device.Minor}) open, whose state cannot be taken along."
            : null;

    // Memory devices (null, zero, full, random, urandom, kmsg), terminals and tun: criu/files.c, dump_chrdev.
    private static bool IsKnown(DeviceFile device)
    {
        const uint Memory = 1, Terminal = 4, TerminalAlias = 5, Misc = 10, FirstPty = 128, LastPty = 143, Tun = 200, Autofs = 235;
        const uint Mem = 1, Kmem = 2, Port = 4;
        return device.IsCharacter && device.Major switch
        {
            Memory => device.Minor is not (Mem or Kmem or Port),
            Terminal or TerminalAlias or (>= FirstPty and <= LastPty) => true,
            Misc => device.Minor is Tun or Autofs,
            _ => false,
        };
    }

    private static string? CheckPipe(DescriptorFacts descriptor) =>
        descriptor.IsPacketPipe ? "has a pipe in packet mode (O_DIRECT), which CRIU cannot dump." : null;

    // A file of a mount that is not in the container came in from outside by inheritance, or is a message queue. The
    // standard streams may: runc tells CRIU about those. So may files of the kernel's own mounts (shared memory), which no process sees.
    private static string? CheckMount(DescriptorFacts descriptor, HashSet<int> mountIds)
    {
        var target = descriptor.Target;
        var isInternal = target.StartsWith("/memfd:", StringComparison.Ordinal) || target.StartsWith("/SYSV", StringComparison.Ordinal)
            || target.StartsWith("/anon_hugepage", StringComparison.Ordinal) || target.StartsWith("/dmabuf", StringComparison.Ordinal)
            || target.StartsWith("/dev/zero", StringComparison.Ordinal) || target.StartsWith("/secretmem", StringComparison.Ordinal);
        return descriptor.Number > 2 && target.StartsWith('/') && !isInternal && mountIds.Count > 0 && descriptor.MountId is { } id && !mountIds.Contains(id)
            ? $"has {target} open (descriptor {descriptor.Number}), which is in no file system of the container (a file from outside, or a POSIX message queue) and cannot be found again."
            : null;
    }
}
