using System.CommandLine;
using DockerMigrator.Migration.Source;
using DockerMigrator.Migration.Source.Mounts;

namespace DockerMigrator.Cli.Commands;

/// <summary>The options of <c>migrate</c> that are about volumes and bind mounts.</summary>
internal sealed class MountOptions
{
    private readonly Option<string[]> _volume = new("--volume")
    {
        Description = "Copy a volume's content, leave it and use the target's (skip), or leave it as both hosts share it (shared). NAME may be its path in the container.",
        HelpName = "NAME=copy|skip|shared",
    };

    private readonly Option<string[]> _bind = new("--bind")
    {
        Description = "Copy the content of bind mounts, all or the one at PATH, use the target's own (skip), or mount another path on the target.",
        HelpName = "[PATH=]copy|skip|TARGETPATH",
    };

    private readonly Option<bool> _overwrite = new("--volume-overwrite") { Description = "Overwrite named volumes and copied bind mounts that the target already has." };

    private readonly Option<bool> _force = new("--force") { Description = "Copy volumes that other running containers write to as well: those are paused for the last pass." };

    public MountOptions()
    {
        _volume.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => VolumeChoice.TryParse(token.Value) is null))
                result.AddError($"\"--volume {token.Value}\" is none of NAME=copy, NAME=skip and NAME=shared.");
        });
        _bind.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => BindChoice.TryParse(token.Value) is null))
                result.AddError($"\"--bind {token.Value}\" is none of copy, skip, PATH=copy, PATH=skip and PATH=TARGETPATH with absolute paths.");
        });
    }

    /// <summary>Adds them to the command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _volume, _bind, _overwrite, _force })
            command.Add(option);
    }

    /// <summary>Puts what the user gave into the options.</summary>
    public MigrateOptions Apply(ParseResult parsed, MigrateOptions options) => options with
    {
        Volumes = [.. (parsed.GetValue(_volume) ?? []).Select(VolumeChoice.TryParse).OfType<VolumeChoice>()],
        Binds = [.. (parsed.GetValue(_bind) ?? []).Select(BindChoice.TryParse).OfType<BindChoice>()],
        OverwriteVolumes = parsed.GetValue(_overwrite),
        Force = parsed.GetValue(_force),
    };
}
