using DockerMigrator.Native.Memory;

namespace DockerMigrator.Native.Ptrace.Injection;

/// <summary>
/// What the helper process does: one request after the other, until its input ends. If whoever asks is killed, the
/// request under way is still finished, and no process is left with foreign registers.
/// </summary>
public static class InjectionHelper
{
    /// <summary>The command of docker-migrator that is a helper.</summary>
    public const string CommandName = "track-helper";

    private const string OutOfMemoryScore = "/proc/self/oom_score_adj";

    /// <summary>Serves requests until <paramref name="input"/> ends or makes no sense.</summary>
    public static void Serve(Stream input, Stream output)
    {
        using var injector = new LocalInjector();
        var kept = new Dictionary<int, UserFaultDescriptor>();
        var data = new byte[Math.Max(HelperRequest.Size, HelperReply.Size)];
        try
        {
            while (input.ReadAtLeast(data.AsSpan(0, HelperRequest.Size), HelperRequest.Size, throwOnEndOfStream: false) == HelperRequest.Size
                && HelperRequest.Read(data) is { } request)
            {
                HelperReply.Write(Perform(injector, request, kept), data);
                output.Write(data.AsSpan(0, HelperReply.Size));
                output.Flush();
            }
        }
        catch (IOException)
        {
            // Nobody listens any more: that is the end, too.
        }
        finally
        {
            foreach (var descriptor in kept.Values)
                descriptor.Dispose();
        }
    }

    /// <summary>Makes the kernel spare this process when memory runs out, as far as it may be.</summary>
    public static void ProtectFromOutOfMemory()
    {
        try
        {
            File.WriteAllText(OutOfMemoryScore, "-1000");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without CAP_SYS_RESOURCE it may not; it is small, and a less likely victim than most.
        }
    }

    private static InjectionResult Perform(LocalInjector injector, HelperRequest request, Dictionary<int, UserFaultDescriptor> kept)
    {
        switch (request.Kind)
        {
            case HelperRequestKind.CreateUserFault:
                var result = injector.CreateUserFault(request.Thread, out var descriptor);
                if (descriptor is not null)
                    kept[descriptor.Number] = descriptor;
                return result;
            case HelperRequestKind.CloseElsewhere:
                return injector.Close(request.Thread, request.Number);
            default:
                if (kept.Remove(request.Number, out var forgotten))
                    forgotten.Dispose();
                return new InjectionResult(InjectionOutcome.Done, Files.Errno.None, -1, TimeSpan.Zero);
        }
    }
}
