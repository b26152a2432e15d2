using System.Text.Json.Nodes;
using DockerMigrator.Docker.Containers;
using DockerMigrator.Docker.Json;
using DockerMigrator.Docker.Rules;
using DockerMigrator.Docker.Volumes;
using DockerMigrator.Migration.Source;
using DockerMigrator.Migration.Source.Mounts;
using DockerMigrator.Tests.Docker;

namespace DockerMigrator.Tests.Migration.Source.Mounts;

/// <summary>The recorded container "rich": volume voln at /data, anonymous volumes at /anon and /anon2, /srv/bind at /bind and /b2.</summary>
public sealed class MountPlanTests
{
    private static readonly SourceSurvey Rich = Recorded.Survey(Recorded.Container("rich", "28.5")) with
    {
        Volumes = new Dictionary<string, JsonObject> { ["voln"] = JsonNode.Parse("""{"Name":"voln","Driver":"local","Options":null}""")!.AsObject() },
    };

    private static readonly MigrateOptions Plain = new("rich", "b");

    [Fact]
    public void Unless_told_otherwise_volumes_are_copied_and_binds_are_the_target_s_own()
    {
        var plan = Decide(Plain);

        plan.Findings.Should().BeEmpty();
        Destinations(plan.Copied).Should().BeEquivalentTo("/data", "/anon", "/anon2");
        plan.Shared.Should().BeEmpty();
        plan.TargetPaths.Should().BeEmpty();
        plan.KeepsVolumes.Should().BeFalse();
        plan.Describe(Plain).Should().BeEmpty();
    }

    [Theory]
    [InlineData("voln=skip")]
    [InlineData("/data=skip")]
    [InlineData("voln=shared")]
    public void A_volume_is_named_by_itself_or_by_its_place(string choice)
    {
        var options = Plain with { Volumes = [VolumeChoice.TryParse(choice)!] };

        var plan = Decide(options);

        plan.Findings.Should().BeEmpty();
        Destinations(plan.Copied).Should().BeEquivalentTo("/anon", "/anon2");
        plan.Describe(options).Should().ContainSingle().Which.Should().Contain("voln");
    }

    [Fact]
    public void An_anonymous_volume_that_is_not_copied_stays_on_the_source()
    {
        var plan = Decide(Plain with { Volumes = [VolumeChoice.TryParse("/anon=skip")!] });

        plan.KeepsVolumes.Should().BeTrue();
        Destinations(plan.Copied).Should().BeEquivalentTo("/data", "/anon2");
    }

    [Fact]
    public void Unknown_names_are_refused_with_the_list_of_what_there_is()
    {
        Refusal(Plain with { Volumes = [VolumeChoice.TryParse("nosuch=skip")!] }).Should().Contain("no volume nosuch (--volume nosuch=skip)").And.Contain("voln (at /data)");
        Refusal(Plain with { Binds = [BindChoice.TryParse("/nosuch=copy")!] }).Should().Contain("no bind mount /nosuch").And.Contain("/srv/bind (at /bind), /srv/bind (at /b2)");

        var bare = Recorded.Survey(Recorded.Container("multi", "28.5"));
        MountPlan.Decide(bare, Plain with { Volumes = [VolumeChoice.TryParse("x=skip")!] }, _ => PathKind.Directory).Findings
            .Should().ContainSingle().Which.Sentence.Should().EndWith("it has no volumes.");
    }

    [Fact]
    public void What_contradicts_itself_is_refused()
    {
        Refusal(Plain with { Volumes = [VolumeChoice.TryParse("voln=skip")!, VolumeChoice.TryParse("/data=copy")!] }).Should().Contain("twice");
        MountPlan.Decide(Rich, Plain with { Binds = [BindChoice.TryParse("/bind=copy")!, BindChoice.TryParse("/bind=/mnt")!] }, _ => PathKind.Directory).Findings
            .Should().ContainSingle().Which.Sentence.Should().Contain("--bind /bind=copy and --bind /bind=/mnt");
    }

    [Fact]
    public void The_same_said_twice_is_no_contradiction() =>
        Decide(Plain with { Volumes = [VolumeChoice.TryParse("voln=skip")!, VolumeChoice.TryParse("voln=skip")!] }).Findings.Should().BeEmpty();

    [Fact]
    public void What_is_said_of_one_bind_mount_counts_more_than_what_is_said_of_all()
    {
        var plan = Decide(Plain with { Binds = [BindChoice.TryParse("copy")!, BindChoice.TryParse("/bind=skip")!] });

        plan.Findings.Should().BeEmpty();
        Destinations(plan.Copied).Should().BeEquivalentTo("/data", "/anon", "/anon2", "/b2");
    }

    [Fact]
    public void A_host_path_means_every_mount_of_it()
    {
        var options = Plain with { Binds = [BindChoice.TryParse("/srv/bind=/mnt/other")!] };

        var plan = Decide(options);

        plan.TargetPaths.Should().BeEquivalentTo(new Dictionary<string, string> { ["/bind"] = "/mnt/other", ["/b2"] = "/mnt/other" });
        Destinations(plan.Copied).Should().NotContain(["/bind", "/b2"]);
        plan.Describe(options).Should().HaveCount(2).And.AllSatisfy(sentence => sentence.Should().Contain("target's own /mnt/other"));
    }

    [Fact]
    public void What_is_neither_file_nor_directory_is_not_copied_and_refused_if_asked_for()
    {
        var all = MountPlan.Decide(Rich, Plain with { Binds = [BindChoice.TryParse("copy")!] }, _ => PathKind.Other);
        all.Findings.Should().BeEmpty();
        Destinations(all.Copied).Should().NotContain(["/bind", "/b2"]);

        MountPlan.Decide(Rich, Plain with { Binds = [BindChoice.TryParse("/bind=copy")!] }, _ => PathKind.Other).Findings
            .Should().ContainSingle().Which.Sentence.Should().Contain("neither a file nor a directory");
    }

    [Theory]
    [InlineData("""{"Driver":"local","Options":{"type":"nfs","device":":/x"}}""", null, MountTreatment.Skip, null)]
    [InlineData("""{"Driver":"local","Options":{"type":"nfs","device":":/x"}}""", "copy", null, "could destroy it")]
    [InlineData("""{"Driver":"local","Options":{"type":"nfs","device":":/x"}}""", "shared", MountTreatment.Shared, null)]
    [InlineData("""{"Driver":"rexray"}""", null, MountTreatment.Skip, null)]
    [InlineData("""{"Driver":"local","Options":{"type":"none","o":"bind","device":"/srv/x"}}""", null, MountTreatment.Copy, null)]
    [InlineData("""{"Driver":"local","Options":{"type":"none","o":"bind","device":"/srv/x"}}""", "shared", MountTreatment.Shared, null)]
    [InlineData("""{"Driver":"local","Options":{"type":"ext4","device":"/dev/sdb1"}}""", null, null, "is a device")]
    [InlineData("""{"Driver":"local","Options":{"type":"ext4","device":"/dev/sdb1"}}""", "skip", MountTreatment.Skip, null)]
    [InlineData("""{"Driver":"local","Options":{"type":"tmpfs","device":"tmpfs"}}""", null, MountTreatment.Copy, null)]
    [InlineData("""{"Driver":"local","Options":{"type":"tmpfs","device":"tmpfs"}}""", "shared", null, "memory")]
    public void Where_a_volume_lies_decides_what_can_become_of_it(string json, string? choice, MountTreatment? treatment, string? refusal)
    {
        var survey = Rich with { Volumes = new Dictionary<string, JsonObject> { ["voln"] = JsonNode.Parse(json)!.AsObject() } };
        var options = choice is null ? Plain : Plain with { Volumes = [VolumeChoice.TryParse($"voln={choice}")!] };

        var plan = MountPlan.Decide(survey, options, _ => PathKind.Directory);

        if (refusal is null)
            plan.Findings.Should().BeEmpty();
        else
            plan.Findings.Should().ContainSingle().Which.Should().Match<Finding>(finding => finding.Severity == Severity.Refusal && finding.Sentence.Contains(refusal));
        if (treatment is not null)
            plan.Mounts.Single(mount => mount.Mount.Destination == "/data").Treatment.Should().Be(treatment.Value);
    }

    [Fact]
    public void A_volume_that_is_a_directory_of_the_host_has_its_content_there()
    {
        var survey = Rich with { Volumes = new Dictionary<string, JsonObject> { ["voln"] = JsonNode.Parse("""{"Driver":"local","Options":{"type":"none","o":"bind","device":"/srv/x"}}""")!.AsObject() } };

        MountPlan.Decide(survey, Plain, _ => PathKind.Directory).Mounts.Single(mount => mount.Mount.Destination == "/data").ContentPath.Should().Be("/srv/x");
    }

    [Fact]
    public void A_volume_in_memory_comes_with_the_running_program_only()
    {
        var survey = Rich with { Volumes = new Dictionary<string, JsonObject> { ["voln"] = JsonNode.Parse("""{"Driver":"local","Options":{"type":"tmpfs","device":"tmpfs"}}""")!.AsObject() } };

        MountPlan.Decide(survey, Plain, _ => PathKind.Directory).Mounts.Should().ContainSingle(mount => mount.NeedsDockersMount && mount.Treatment == MountTreatment.Copy);
        var restart = MountPlan.Decide(survey, Plain with { Mode = MigrationMode.Restart }, _ => PathKind.Directory);
        restart.Mounts.Single(mount => mount.Storage == VolumeStorage.Memory).Treatment.Should().Be(MountTreatment.Skip);
    }

    [Fact]
    public void An_anonymous_volume_cannot_be_shared() =>
        Refusal(Plain with { Volumes = [VolumeChoice.TryParse("/anon=shared")!] }).Should().Contain("anonymous");

    [Fact]
    public void A_volume_that_another_running_container_writes_to_is_copied_only_by_force()
    {
        var survey = Rich with { Others = [User(isWritable: true)] };

        Refusal(Plain, survey).Should().Contain("multi").And.Contain("--force").And.Contain("--volume voln=skip");

        var forced = MountPlan.Decide(survey, Plain with { Force = true }, _ => PathKind.Directory);
        forced.Findings.Should().ContainSingle().Which.Should().Match<Finding>(finding => finding.Severity == Severity.Warning && finding.Sentence.Contains("multi"));
        forced.Mounts.Single(mount => mount.Mount.Destination == "/data").OtherWriters.Should().Equal(survey.Others[0].Id);

        MountPlan.Decide(survey, Plain with { Volumes = [VolumeChoice.TryParse("voln=shared")!] }, _ => PathKind.Directory).Findings.Should().BeEmpty();
    }

    [Fact]
    public void One_that_only_reads_it_is_warned_about_and_one_that_does_not_run_does_not_matter()
    {
        var reader = MountPlan.Decide(Rich with { Others = [User(isWritable: false)] }, Plain, _ => PathKind.Directory);
        reader.Findings.Should().ContainSingle().Which.Severity.Should().Be(Severity.Warning);
        reader.Mounts.Should().AllSatisfy(mount => mount.OtherWriters.Should().BeEmpty());

        var stopped = User(isWritable: true).With(json => json["State"]!["Running"] = false);
        MountPlan.Decide(Rich with { Others = [stopped] }, Plain, _ => PathKind.Directory).Findings.Should().BeEmpty();
    }

    [Fact]
    public void The_plan_for_the_target_says_what_comes_and_where_binds_are()
    {
        var options = Plain with { Mode = MigrationMode.Restart, Binds = [BindChoice.TryParse("/bind=copy")!, BindChoice.TryParse("/b2=/mnt/other")!] };
        var mounts = Decide(options);

        var plan = PlanBuilder.Build(Rich, mounts, options, memoryBytes: 0);

        plan.Restart.Should().BeTrue();
        plan.CopiedVolumes.Should().BeEquivalentTo("/data", "/anon", "/anon2");
        plan.CopiedBinds.Should().ContainSingle().Which.Destination.Should().Be("/bind");
        ContainerMounts.Find(new ContainerInspect(plan.Container), "/b2")!.Source.Should().Be("/mnt/other");
        ContainerMounts.Find(new ContainerInspect(plan.Container), "/bind")!.Source.Should().Be("/srv/bind");
        var demands = PlanBuilder.Demands(plan with { DiskBytes = 5 }, mounts, imageBytes: 7, exportBytes: 3);
        (demands.DiskBytes, demands.ExportBytes, demands.MemoryBytes, demands.Restart).Should().Be((19, 3, 0, true));
        demands.CopiedVolumes.Should().Contain("voln");
    }

    private static ContainerInspect User(bool isWritable) => Recorded.Container("multi", "28.5").With(json =>
        json["Mounts"] = JsonNode.Parse($$"""[{"Type":"volume","Name":"voln","Destination":"/x","RW":{{(isWritable ? "true" : "false")}}}]"""));

    private static MountPlan Decide(MigrateOptions options) => MountPlan.Decide(Rich, options, _ => PathKind.Directory);

    private static IEnumerable<string> Destinations(IEnumerable<PlannedMount> mounts) => mounts.Select(mount => mount.Mount.Destination);

    private static string Refusal(MigrateOptions options, SourceSurvey? survey = null)
    {
        var finding = MountPlan.Decide(survey ?? Rich, options, _ => PathKind.Directory).Findings.Should().ContainSingle().Subject;
        finding.Severity.Should().Be(Severity.Refusal);
        return finding.Sentence.Should().EndWith(".").And.NotContain("\n").And.Subject!;
    }
}
