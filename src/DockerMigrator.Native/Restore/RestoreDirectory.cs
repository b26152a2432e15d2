using System.Globalization;

namespace DockerMigrator.Native.Restore;

/// <summary>
/// The directory in which the agent and the OCI runtime meet over one restore:
/// <c>/run/docker-migrator/restore/&lt;Docker container ID&gt;/</c>, made by the agent before <c>docker start</c> and removed
/// by it when the migration is over. Everything in it is a small file that appears whole (rename or link) and is only
/// looked at afterwards, so that no party needs another one to be alive.
/// </summary>
/// <remarks>
/// <c>src/DockerMigrator.Runtime/Program.cs</c> tells the protocol. While the directory exists, its container can not be
/// started from scratch by mistake: see <see cref="State"/>.
/// </remarks>
public sealed class RestoreDirectory
{
    /// <summary>Environment variable that replaces <see cref="DefaultRunDirectory"/> (tests, several instances).</summary>
    public const string RunDirectoryVariable = "DOCKER_MIGRATOR_RUN";

    /// <summary>Where the product keeps what must not outlive a reboot.</summary>
    public const string DefaultRunDirectory = "/run/docker-migrator";

    /// <summary>Agent: extra arguments of <c>runc restore</c>, one a line. May be missing.</summary>
    public const string OptionsName = "options";

    /// <summary>Agent: CRIU options, one a line, in the syntax of CRIU's configuration files. May be missing.</summary>
    public const string CriuConfigurationName = "criu.conf";

    /// <summary>Agent: CRIU's image directory; may be a mount point.</summary>
    public const string ImagesName = "images";

    /// <summary>Agent: CRIU's work directory, where <see cref="RestoreLogName"/> appears.</summary>
    public const string WorkName = "work";

    /// <summary>CRIU's log, in <see cref="WorkName"/>.</summary>
    public const string RestoreLogName = "restore.log";

    /// <summary>Agent: an empty file that says that the images are complete.</summary>
    public const string ReadyName = "ready";

    /// <summary>Agent: the coordinating process holds this <see cref="RestoreLease"/> until the restore is decided.</summary>
    public const string LeaseName = "lease";

    /// <summary>Anyone: the <see cref="DecisionRegister"/>.</summary>
    public const string DecisionName = "decision";

    /// <summary>Runtime: the lease of the supervisor of <c>runc restore</c>; exists once a restore was begun.</summary>
    public const string SupervisorName = "supervisor";

    /// <summary>Runtime: CRIU has called the action script, so its hold at <c>post-restore</c> can be relied upon.</summary>
    public const string ArmedName = "armed";

    /// <summary>Runtime: the host PID of the container's init, handed over by the hook.</summary>
    public const string PidName = "pid";

    /// <summary>Runtime: <c>start</c> was called, the hook may go on.</summary>
    public const string StartName = "start";

    /// <summary>Runtime: everything is restored, not one instruction has run; a decision is awaited.</summary>
    public const string HeldName = "held";

    /// <summary>Runtime: the restore has ended; a decimal exit status, 0 if the container runs.</summary>
    public const string StatusName = "status";

    /// <summary>Runtime: why the restore failed, in one sentence; complete before <see cref="StatusName"/> appears.</summary>
    public const string ErrorName = "error";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The directory at this path.</summary>
    public RestoreDirectory(string path)
    {
        Path = path;
        Decision = new DecisionRegister(File(DecisionName));
    }

    /// <summary>Where all restore directories are: <c>/run/docker-migrator/restore</c>.</summary>
    public static string Base =>
        (Environment.GetEnvironmentVariable(RunDirectoryVariable) is { Length: > 0 } run ? run : DefaultRunDirectory) + "/restore";

    /// <summary>The directory's path.</summary>
    public string Path { get; }

    /// <summary>Whether the restored container may run.</summary>
    public DecisionRegister Decision { get; }

    /// <summary>CRIU's image directory.</summary>
    public string Images => File(ImagesName);

    /// <summary>CRIU's work directory.</summary>
    public string Work => File(WorkName);

    /// <summary>Whether the coordinating process is alive.</summary>
    public bool IsLeaseHeld => RestoreLease.IsHeld(File(LeaseName));

    /// <summary>Where the restore stands, from the files alone.</summary>
    public RestoreState State
    {
        get
        {
            if (!Directory.Exists(Path))
                return RestoreState.None;
            if (ReadStatus() is { } status)
                return status.Succeeded ? RestoreState.Done : RestoreState.Failed;
            return Decision.Read() == Restore.Decision.Abort ? RestoreState.Failed : RestoreState.Pending;
        }
    }

    /// <summary>The restore directory of a container, whether it exists or not.</summary>
    public static RestoreDirectory For(string containerId) => new($"{Base}/{containerId}");

    /// <summary>Makes the directory (mode 0700) with its image and work directories.</summary>
    /// <exception cref="IOException">It exists already, or cannot be made.</exception>
    public static RestoreDirectory Create(string containerId)
    {
        var directory = For(containerId);
        if (Directory.Exists(directory.Path))
            throw new IOException($"The restore directory {directory.Path} exists already.");
        Directory.CreateDirectory(directory.Path, OwnerOnly);
        Directory.CreateDirectory(directory.Images, OwnerOnly);
        Directory.CreateDirectory(directory.Work, OwnerOnly);
        return directory;
    }

    /// <summary>The path of one of the files named above.</summary>
    public string File(string name) => $"{Path}/{name}";

    /// <summary>Whether one of the files named above is there.</summary>
    public bool Has(string name) => System.IO.File.Exists(File(name));

    /// <summary>Makes one of the files named above appear with all of its content at once.</summary>
    public void Publish(string name, string content = "")
    {
        var temporary = File($".{name}.{Environment.ProcessId}");
        System.IO.File.WriteAllText(temporary, content);
        System.IO.File.Move(temporary, File(name), overwrite: true);
    }

    /// <summary>Records how the restore ended.</summary>
    public void PublishStatus(RestoreStatus status)
    {
        if (status.Error is not null)
            Publish(ErrorName, status.Error + "\n");
        Publish(StatusName, status.ExitCode.ToString(CultureInfo.InvariantCulture) + "\n");
    }

    /// <summary>How the restore ended; null while it has not.</summary>
    public RestoreStatus? ReadStatus()
    {
        if (!Has(StatusName))
            return null;
        // A torn or foreign status is a failure: only a clear 0 means that the container runs.
        var exitCode = int.TryParse(System.IO.File.ReadAllText(File(StatusName)), CultureInfo.InvariantCulture, out var code) ? code : 255;
        var error = Has(ErrorName) ? System.IO.File.ReadAllText(File(ErrorName)).Trim() : null;
        return new RestoreStatus(exitCode, exitCode == 0 ? null : error ?? "The restore failed without a word.");
    }
}
