using System.Text.Json.Nodes;
using DockerMigrator.Docker.Json;

namespace DockerMigrator.Tests.Docker.Json;

public sealed class ZeroValueTests
{
    [Theory]
    [InlineData("null", "0", true)]
    [InlineData("null", "[]", true)]
    [InlineData("\"\"", "null", true)]
    [InlineData("{\"a\":null}", "{}", true)]
    [InlineData("{\"a\":{\"b\":0}}", "null", true)]
    [InlineData("{\"a\":1,\"b\":null}", "{\"a\":1}", true)]
    [InlineData("[null]", "[]", false)]
    [InlineData("1", "null", false)]
    [InlineData("[1,2]", "[2,1]", false)]
    [InlineData("{\"a\":1}", "{\"a\":2}", false)]
    public void Unset_and_zero_are_one(string left, string right, bool equal)
    {
        ZeroValue.Equal(JsonNode.Parse(left), JsonNode.Parse(right)).Should().Be(equal);
        ZeroValue.Equal(JsonNode.Parse(right), JsonNode.Parse(left)).Should().Be(equal);
    }

    [Fact]
    public void Reading_asks_for_nothing_that_is_not_there()
    {
        var json = JsonNode.Parse("""{"a":{"b":"x","c":5,"d":true,"e":["p",1,"q"]}}""");

        json.Text("a", "b").Should().Be("x");
        json.Text("a", "c").Should().BeEmpty();
        json.Text("a", "b", "c").Should().BeEmpty();
        json.Number("a", "c").Should().Be(5);
        json.Number("a", "b").Should().Be(0);
        json.Flag("a", "d").Should().BeTrue();
        json.Texts("a", "e").Should().Equal("p", "q");
        json.Members("x").Should().BeEmpty();
        ((JsonNode?)null).Text("a").Should().BeEmpty();
    }
}
