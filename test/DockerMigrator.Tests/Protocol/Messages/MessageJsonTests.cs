using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using DockerMigrator.Protocol.Framing;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Tests.Protocol.Messages;

public sealed class MessageJsonTests
{
    [Fact]
    public void A_plan_arrives_with_every_field_that_docker_gave_known_or_not()
    {
        var plan = new MigrationPlan
        {
            Container = JsonNode.Parse("""{"Id":"1","Future":{"Deep":[1,null,"é"]}}""")!.AsObject(),
            Image = [],
            Volumes = [JsonNode.Parse("""{"Name":"v"}""")!.AsObject()],
            Networks = [],
            CopiedBinds = [new CopiedBind("/data", "/srv/data", false)],
            DiskBytes = 1L << 40,
        };

        var read = (CheckTarget)MessageJson.ReadRequest(MessageJson.Write(new CheckTarget("id", plan)));

        read.Plan.Container.ToJsonString().Should().Be(plan.Container.ToJsonString());
        read.Plan.Volumes[0]["Name"]!.GetValue<string>().Should().Be("v");
        read.Plan.DiskBytes.Should().Be(1L << 40);
        read.Plan.CopiedBinds.Should().Equal(plan.CopiedBinds);
    }

    [Fact]
    public void Fields_of_a_newer_version_are_ignored() =>
        MessageJson.ReadRequest("""{"request":"hello","version":"9","protocol":1,"colour":"blue"}"""u8)
            .Should().Be(new Hello("9", 1));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"request":"format-disk"}""")]
    [InlineData("""{"request":"hello","version":null,"protocol":1}""")]
    public void What_is_no_request_is_rejected(string json)
    {
        var read = () => MessageJson.ReadRequest(Encoding.UTF8.GetBytes(json));

        read.Should().Throw<FramingException>();
    }

    [Fact]
    public void Random_bytes_never_end_in_anything_but_a_sentence() =>
        Gen.Byte.Array[0, 64].Sample(bytes =>
        {
            var read = () => MessageJson.ReadReply(bytes);
            read.Should().Throw<FramingException>();
        });
}
