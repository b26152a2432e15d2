using System.Text.Json.Nodes;
using DockerMigrator.Docker.Images;

namespace DockerMigrator.Tests.Docker.Images;

public sealed class LayerStockTests
{
    [Theory]
    [InlineData("a b c", "", 0, "", "")]
    [InlineData("a b c", "a b d", 2, "a b", "a b")]
    [InlineData("a b c", "a d|a b x|b", 2, "a b", "a b")]
    [InlineData("a b c", "b c", 0, "b c", "")]
    [InlineData("a b a", "a b", 2, "a b", "b")]
    [InlineData("a b c", "x c|a", 1, "a c", "a")]
    public void What_lies_upon_the_same_layers_is_found_by_Docker_and_the_rest_has_to_be_read(string wanted, string donors, int sharedBase, string known, string found)
    {
        var stock = new LayerStock(wanted.Split(' '), [.. donors.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(layers => Image(layers.Split(' ')))]);

        stock.SharedBase.Should().Be(sharedBase);
        stock.Known.Should().BeEquivalentTo(known.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        stock.Known.Where(stock.IsInSharedBase).Should().BeEquivalentTo(found.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Steps_of_the_build_that_changed_files_are_the_layers()
    {
        LayerSizes.Of(Image("a", "b"), [500, 0, 0, 5]).Should().BeEquivalentTo(new Dictionary<string, long> { ["a"] = 500, ["b"] = 5 });
        LayerSizes.Of(Image("a", "b"), [500, 0]).Should().BeEquivalentTo(new Dictionary<string, long> { ["a"] = 300, ["b"] = 300 });
    }

    private static ImageInspect Image(params string[] layers) => new(new JsonObject
    {
        ["Size"] = 600,
        ["RootFS"] = new JsonObject { ["Layers"] = new JsonArray([.. layers.Select(layer => (JsonNode)layer)]) },
    });
}
