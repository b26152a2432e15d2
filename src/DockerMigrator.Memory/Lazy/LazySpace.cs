using DockerMigrator.Native.UserFaults;

namespace DockerMigrator.Memory.Lazy;

/// <summary>The memory of one restored process, or of one that it has forked since.</summary>
internal sealed class LazySpace : IDisposable
{
    private readonly SharedPages? _pages;
    private readonly IFaultKeeper? _keeper;
    private bool _left;

    /// <summary>A process.</summary>
    /// <param name="slot">Its number.</param>
    /// <param name="containerPid">Its PID in the container; for a fork that of the process that was restored.</param>
    /// <param name="faults">Its faults.</param>
    /// <param name="outstanding">What it has not got yet.</param>
    /// <param name="pages">Where that is; null if there is nothing.</param>
    /// <param name="isFork">Whether it was forked after the restore.</param>
    /// <param name="keeper">Who else holds its faults, until this is disposed.</param>
    public LazySpace(uint slot, int containerPid, UserFaultDescriptor faults, OutstandingRanges outstanding, SharedPages? pages, bool isFork, IFaultKeeper? keeper)
    {
        // Before anything else: there is no other who holds them.
        keeper?.Hold(slot, faults);
        _keeper = keeper;
        Slot = slot;
        ContainerPid = containerPid;
        Faults = faults;
        Outstanding = outstanding;
        IsFork = isFork;
        _pages = pages;
        pages?.Join(this);
    }

    /// <summary>Its number.</summary>
    public uint Slot { get; }

    /// <summary>Its PID in the container; for a fork that of the process that was restored.</summary>
    public int ContainerPid { get; }

    /// <summary>Its faults.</summary>
    public UserFaultDescriptor Faults { get; }

    /// <summary>What it has not got yet.</summary>
    public OutstandingRanges Outstanding { get; private set; }

    /// <summary>Whether it was forked after the restore.</summary>
    public bool IsFork { get; }

    /// <summary>Whether the process has ended, or become another program.</summary>
    public bool IsGone { get; private set; }

    /// <summary>Where the background goes on: behind what was asked for last, since a program's next wish is often nearby.</summary>
    public ulong Cursor { get; set; }

    /// <summary>Pages that a thread waits for and could not be given, because the kernel had something to tell first.</summary>
    public Queue<ulong> Postponed { get; } = new();

    /// <summary>Reads pages that are outstanding.</summary>
    public void Read(LazyRange range, Span<byte> buffer) => _pages!.Read(range.Stored, buffer);

    /// <summary>These pages are delivered, or not wanted any more.</summary>
    public void Settle(ulong start, ulong end) => Outstanding.Remove(start, end, range => _pages!.Release(range.StoredRange));

    /// <summary>The process has moved memory.</summary>
    public void Move(ulong from, ulong to, ulong length)
    {
        // What was there is unmapped; the kernel has told that, too, before.
        Settle(to, to + length);
        Outstanding.Move(from, to, length);
    }

    /// <summary>The process has forked: the child lacks what its parent lacks.</summary>
    public LazySpace Fork(uint slot, UserFaultDescriptor faults) => new(slot, ContainerPid, faults, Outstanding.Copy(), _pages, isFork: true, _keeper);

    /// <summary>The process is no more.</summary>
    public void MarkGone()
    {
        IsGone = true;
        Outstanding = new OutstandingRanges();
        Leave();
    }

    /// <summary>Lets the process go on by itself: what it lacks from now on is zeros.</summary>
    public void Dispose()
    {
        Faults.Dispose();
        _keeper?.Release(Slot);
        Leave();
    }

    private void Leave()
    {
        if (_left)
            return;
        _left = true;
        _pages?.Leave(this);
    }
}
