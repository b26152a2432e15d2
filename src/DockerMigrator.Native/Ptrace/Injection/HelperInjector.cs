using System.IO.Pipes;
using DockerMigrator.Native.Exec;
using DockerMigrator.Native.Files;
using DockerMigrator.Native.Memory;
using DockerMigrator.Native.Tasks;

namespace DockerMigrator.Native.Ptrace.Injection;

/// <summary>
/// Has a helper process inject (<see cref="InjectionHelper"/>), which survives this one for as long as it needs to leave
/// other processes as they were. A helper that is lost is replaced at the next request.
/// </summary>
/// <param name="command">Path of a program that serves as a helper on its standard streams, and its arguments.</param>
public sealed class HelperInjector(IReadOnlyList<string> command) : IInjector
{
    // Much longer than any injection takes: then somebody has frozen the process in the middle of one.
    private static readonly TimeSpan ReplyLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(1);

    private ChildProcess? _helper;
    private AnonymousPipeServerStream? _requests;
    private AnonymousPipeServerStream? _replies;

    /// <summary>Process id of the helper; null while there is none.</summary>
    public int? HelperPid => _helper?.Id;

    /// <inheritdoc/>
    public InjectionResult CreateUserFault(int thread, out UserFaultDescriptor? descriptor)
    {
        descriptor = null;
        var result = Ask(new HelperRequest(HelperRequestKind.CreateUserFault, thread, 0));
        if (result.Outcome != InjectionOutcome.Done || _helper is null)
            return result;
        var error = ProcessDescriptor.Copy(_helper.Id, result.Descriptor, out var copy);
        Ask(new HelperRequest(HelperRequestKind.Forget, 0, result.Descriptor));
        if (error != Errno.None)
            return result with { Outcome = InjectionOutcome.Refused, Error = error };
        descriptor = UserFaultDescriptor.Own(copy);
        return result with { Descriptor = copy.Number };
    }

    /// <inheritdoc/>
    public InjectionResult Close(int thread, int number) => Ask(new HelperRequest(HelperRequestKind.CloseElsewhere, thread, number));

    /// <inheritdoc/>
    public void Dispose() => Part();

    private InjectionResult Ask(HelperRequest request)
    {
        var data = new byte[Math.Max(HelperRequest.Size, HelperReply.Size)];
        try
        {
            Start();
            request.Write(data);
            _requests!.Write(data.AsSpan(0, HelperRequest.Size));
            // A pipe's read cannot be called off: it is left behind if the helper hangs, and ends with it.
            if (_replies!.ReadExactlyAsync(data, 0, HelperReply.Size).AsTask().Wait(ReplyLimit))
                return HelperReply.Read(data);
        }
        catch (Exception exception) when (exception is IOException or AggregateException { InnerException: IOException or ObjectDisposedException })
        {
            // The helper is lost; that of which it is unknown whether it was done is taken for not done.
        }

        Part();
        return new InjectionResult(InjectionOutcome.NotStopped, Errno.None, -1, TimeSpan.Zero);
    }

    private void Start()
    {
        if (_helper is not null)
            return;
        _requests = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        _replies = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        // In a session of its own: no terminal's Ctrl-C is to reach it.
        _helper = ChildProcess.Start(command[0], [.. command.Skip(1)], new ChildProcessOptions
        {
            NewSession = true,
            Input = _requests.ClientSafePipeHandle,
            Output = _replies.ClientSafePipeHandle,
        });
        _requests.DisposeLocalCopyOfClientHandle();
        _replies.DisposeLocalCopyOfClientHandle();
    }

    // Never killed: it ends by itself as soon as it may.
    private void Part()
    {
        _requests?.Dispose();
        _replies?.Dispose();
        for (var waited = TimeSpan.Zero; _helper is not null && waited < EndLimit; waited += TimeSpan.FromMilliseconds(1))
        {
            if (_helper.TryWait() is not null)
                break;
            Thread.Sleep(1);
        }

        (_helper, _requests, _replies) = (null, null, null);
    }
}
