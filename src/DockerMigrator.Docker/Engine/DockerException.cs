using System.Net;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Docker.Engine;

/// <summary>Docker refused a request, or could not be asked.</summary>
public sealed class DockerException : MigratorException
{
    /// <summary>A refusal: what was asked for, and Docker's own words.</summary>
    public DockerException(HttpStatusCode statusCode, string message)
        : base(message) => StatusCode = statusCode;

    /// <summary>Docker could not be asked at all.</summary>
    public DockerException(string message, Exception? innerException = null)
        : base(message, innerException!)
    {
    }

    /// <summary>The HTTP status that the refusal came with; null if there was no answer, or the failure came after a good status.</summary>
    public HttpStatusCode? StatusCode { get; }

    /// <summary>Whether the thing asked about does not exist.</summary>
    public bool IsNotFound => StatusCode == HttpStatusCode.NotFound;
}
