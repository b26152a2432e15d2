using DockerMigrator.EndToEnd.Clients;
using DockerMigrator.EndToEnd.Harness;

namespace DockerMigrator.EndToEnd.Rollback;

/// <summary>The target cannot restore what it got.</summary>
public sealed class FailedRestoreTests(Hosts hosts) : RollbackTest(hosts)
{
    [Fact]
    public async Task A_file_that_differs_on_the_target_fails_the_restore_and_nothing_is_lost()
    {
        // CRIU insists that an open file has the size that it had. No check sees that.
        await Source.ShellAsync("mkdir -p /srv/shared && echo 'long content' >/srv/shared/file");
        await Target.ShellAsync("mkdir -p /srv/shared && echo short >/srv/shared/file");
        await Source.StartAsync("counter", "-v", "/srv/shared:/shared", "lab/busybox", "sh", "-c", $"exec 7</shared/file; {NumberLog.Script}");
        await NumberLog.WaitForAsync(Source, "counter", 10);
        await RememberAsync();

        var result = (await MigrateAsync("counter")).ShouldEndWith(4);

        result.Outcome.Should().Be("rolled-back");
        result.Complaints.Should().ContainSingle().Which.Should().Contain("shared/file has bad size").And.Contain("runs on " + Source.Name);
        result.DowntimeMs.Should().BePositive();
        await VerifyNothingHappenedAsync();
        await Target.ShellAsync("cp /srv/shared/file /srv/shared/other; echo 'long content' >/srv/shared/file");
        await VerifyItCanStillMoveAsync();
    }

    [Fact]
    public async Task Criu_that_is_killed_on_the_target_fails_the_restore_and_nothing_is_lost()
    {
        await StartAsync(megabytes: 1);
        // The real one, but it dies as the out-of-memory killer would have it, as soon as it is to restore.
        await Target.ShellAsync("""
            mkdir -p /run/e2e && mount -t tmpfs tmpfs /run/e2e
            cp /usr/sbin/criu /run/e2e/criu-as-ever
            printf '%s\n' '#!/bin/bash' 'if tr "\0" " " </proc/$PPID/cmdline | grep -q " restore "; then (sleep 0.05; kill -KILL $$) & fi' 'exec /run/e2e/criu-as-ever "$@"' >/run/e2e/criu
            chmod 755 /run/e2e/criu
            mount --bind /run/e2e/criu /usr/sbin/criu
            """);
        try
        {
            await RememberAsync();

            (await MigrateAsync("counter")).ShouldEndWith(4).Outcome.Should().Be("rolled-back");

            await VerifyNothingHappenedAsync();
        }
        finally
        {
            await Target.ShellAsync("umount /usr/sbin/criu; umount /run/e2e");
        }

        await VerifyItCanStillMoveAsync();
    }

    [Fact]
    public async Task A_disk_that_fills_up_on_the_target_stops_the_copy_and_nothing_is_lost()
    {
        await StartAsync(megabytes: 64);
        await Target.ShellAsync("mount -t tmpfs -o size=32m tmpfs /var/lib/docker/volumes");
        try
        {
            await RememberAsync();

            var result = (await MigrateAsync("counter")).ShouldEndWith(4);

            result.Complaints.Should().ContainSingle().Which.Should().MatchRegex("(?i)no space left|disk");
            result.Report["downtime_ms"].Should().BeNull("it was never frozen");
            await VerifyNothingHappenedAsync();
        }
        finally
        {
            await Target.ShellAsync("umount /var/lib/docker/volumes");
        }
    }
}
