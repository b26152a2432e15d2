using System.Text;
using System.Text.Json.Nodes;
using DockerMigrator.Runtime.Bundles;
using DockerMigrator.Runtime.Reporting;

namespace DockerMigrator.Tests.Runtime.Bundles;

public sealed class BundleConfigTests
{
    [Theory]
    [InlineData("""{}""", 0)]
    [InlineData("""{"ociVersion":"1.2.0","future":{"number":18446744073709551615}}""", 0)]
    [InlineData("""{"hooks":null,"x":1}""", 0)]
    [InlineData("""{"hooks":{},"x":[1,{"y":[]}]}""", 0)]
    [InlineData("""{"hooks":{"poststop":[{"path":"/p"}]}}""", 0)]
    [InlineData("""{"hooks":{"prestart":null}}""", 0)]
    [InlineData("""{ "hooks" : { "prestart" : [ ] } }""", 0)]
    [InlineData("""{"a":"hooks","hooks":{"prestart":[{"path":"/proc/1/exe","args":["libnetwork-setkey","[}"]}],"poststop":[]}}""", 1)]
    [InlineData("""{"a":{"hooks":{"prestart":[1,2,3]}},"hooks":{"prestart":[{},{"path":"x","env":["]"]}]}}""", 2)]
    public void A_hook_is_added_behind_those_that_are_there_and_nothing_else_changes(string json, int before)
    {
        var changed = Parse(BundleConfig.AppendPrestartHook(Encoding.UTF8.GetBytes(json), ["/self \"q\"", "hook", "/ä"]));

        var prestart = changed["hooks"]!["prestart"]!.AsArray();
        prestart.Should().HaveCount(before + 1);
        prestart[^1]!.ToJsonString().Should().Be(JsonNode.Parse("""{"path":"/self \"q\"","args":["/self \"q\"","hook","/ä"]}""")!.ToJsonString());

        // Taking it out again leaves what there was, but for an empty list where there was none.
        prestart.RemoveAt(before);
        var original = Parse(Encoding.UTF8.GetBytes(json));
        if (original["hooks"] is not JsonObject)
            original["hooks"] = new JsonObject();
        if (original["hooks"]!["prestart"] is not JsonArray)
            original["hooks"]!["prestart"] = new JsonArray();
        JsonNode.DeepEquals(changed, original).Should().BeTrue();
    }

    [Fact]
    public void The_text_around_the_hook_stays_byte_for_byte()
    {
        const string Head = "{ \"n\": 1.0e2, \"s\": \"\\u00e4<>\",\n\"hooks\": {\"prestart\": [{\"path\":\"/a\"}";
        const string Tail = " ] },\t\"z\": {\"deep\": [1 ,2]} }\n";

        var changed = Encoding.UTF8.GetString(BundleConfig.AppendPrestartHook(Encoding.UTF8.GetBytes(Head + Tail), ["/h"]));

        changed.Should().Be(Head + " ,{\"path\":\"/h\",\"args\":[\"/h\"]}" + Tail[1..]);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"hooks\":")]
    [InlineData("")]
    public void What_is_no_configuration_is_refused(string json)
    {
        var append = () => BundleConfig.AppendPrestartHook(Encoding.UTF8.GetBytes(json), ["/h"]);

        append.Should().Throw<System.Text.Json.JsonException>();
    }

    [Theory]
    [InlineData("""{"mounts":[{"source":"/var/lib/docker/containers/abc/hosts"}]}""", true)]
    [InlineData("""{"mounts":[{"source":"/var/lib/docker/containers/abcd/hosts"}]}""", false)]
    [InlineData("""{"mounts":[{"source":"/var/lib/docker/volumes/v"},{"destination":"/x","source":"/d/containers/abc/hostname"}]}""", true)]
    [InlineData("""{"mounts":[{"destination":"/containers/abc/"}]}""", false)]
    [InlineData("""{"process":{"env":["/containers/abc/"]},"mounts":null}""", false)]
    public void A_bundle_is_recognised_by_the_files_that_Docker_mounts(string json, bool expected) =>
        BundleConfig.MountsFilesOf(Encoding.UTF8.GetBytes(json), "abc").Should().Be(expected);

    [Theory]
    [InlineData("""{"linux":{"resources":{},"cgroupsPath":"/docker/\u0061bc"}}""", "/docker/abc")]
    [InlineData("""{"linux":{}}""", null)]
    [InlineData("""{"linux":{"cgroupsPath":null}}""", null)]
    [InlineData("""{"x":{"cgroupsPath":"/y"}}""", null)]
    public void The_cgroups_path_is_found(string json, string? expected) =>
        BundleConfig.ReadCgroupsPath(Encoding.UTF8.GetBytes(json)).Should().Be(expected);

    [Fact]
    public void The_hooks_state_names_the_process() =>
        BundleConfig.ReadStatePid("""{"ociVersion":"1.2.0","id":"a","status":"created","pid":4711,"bundle":"/b"}"""u8).Should().Be(4711);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"pid":0}""")]
    [InlineData("""{"pid":"4711"}""")]
    [InlineData("""{"pid":-1}""")]
    public void A_state_without_a_process_is_refused(string json)
    {
        var read = () => BundleConfig.ReadStatePid(Encoding.UTF8.GetBytes(json));

        read.Should().Throw<RestoreException>();
    }

    private static JsonObject Parse(ReadOnlySpan<byte> json) => JsonNode.Parse(json)!.AsObject();
}
