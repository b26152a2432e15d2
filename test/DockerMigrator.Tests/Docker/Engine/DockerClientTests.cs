using System.Text;
using DockerMigrator.Docker.Engine;

namespace DockerMigrator.Tests.Docker.Engine;

public sealed class DockerClientTests
{
    [Fact]
    public async Task A_socket_that_is_not_there_is_told_in_a_sentence()
    {
        var connect = () => DockerClient.ConnectAsync(new DockerEndpoint("/nonexistent/docker.sock"));

        (await connect.Should().ThrowAsync<DockerException>()).Which.Message.Should().StartWith("Docker cannot be reached at /nonexistent/docker.sock").And.Contain("is it running");
    }

    [Theory]
    [InlineData(null, "/var/run/docker.sock")]
    [InlineData("", "/var/run/docker.sock")]
    [InlineData("unix:///run/user/docker.sock", "/run/user/docker.sock")]
    public void The_environment_tells_the_socket(string? dockerHost, string path) => DockerEndpoint.Parse(dockerHost).SocketPath.Should().Be(path);

    [Theory]
    [InlineData("tcp://10.0.0.1:2375")]
    [InlineData("ssh://host")]
    [InlineData("unix://")]
    public void An_engine_of_another_host_is_refused(string dockerHost)
    {
        var parse = () => DockerEndpoint.Parse(dockerHost);

        parse.Should().Throw<DockerException>().Which.Message.Should().Contain(dockerHost);
    }

    [Fact]
    public async Task A_progress_stream_tells_what_was_loaded() =>
        (await ReadAsync("{\"status\":\"x\",\"progressDetail\":{\"current\":1}}\r\n{\"stream\":\"Loaded image: a:1\\n\"}{\"stream\":\"Loaded image: b:2\\n\"}"))
            .Should().Equal("Loaded image: a:1", "Loaded image: b:2");

    [Theory]
    [InlineData("{\"stream\":\"x\"}\n{\"errorDetail\":{\"message\":\"no space left on device\"},\"error\":\"no space left on device\"}\n")]
    [InlineData("{\"error\":\"no space left on device\"}")]
    public async Task A_failure_in_a_progress_stream_is_a_failure(string stream)
    {
        var read = () => ReadAsync(stream);

        (await read.Should().ThrowAsync<DockerException>()).Which.Message.Should().Be("Docker could not load an image: no space left on device.");
    }

    [Theory]
    [InlineData("{\"stream\":\"x\"")]
    [InlineData("<html>")]
    public async Task A_torn_progress_stream_is_a_failure(string stream)
    {
        var read = () => ReadAsync(stream);

        await read.Should().ThrowAsync<DockerException>();
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(string text)
    {
        await using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return await ProgressStream.ReadAsync(stream, "load an image");
    }
}
