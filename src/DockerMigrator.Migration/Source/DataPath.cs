using DockerMigrator.Migration.Transport;
using DockerMigrator.Migration.Transport.Data;
using DockerMigrator.Migration.Wire;
using DockerMigrator.Protocol.Messages;

namespace DockerMigrator.Migration.Source;

/// <summary>Opens the direct way for pages: ssh carries about half of what TLS does.</summary>
internal static class DataPath
{
    /// <summary>Opens connections.</summary>
    /// <param name="context">The migration.</param>
    /// <param name="cancelled">Stops it.</param>
    /// <returns>Null if pages have to take the connection to the agent, which the user was told unless it is as good.</returns>
    public static async Task<DataConnections?> OpenAsync(SourceContext context, CancellationToken cancelled)
    {
        var count = context.Options.Connections;
        if (count == 0 || context.Connector.Destination is Destination.Unix)
            return null;
        try
        {
            using var certificate = DataCertificate.Create();
            var open = await context.Agent.AskAsync<DataOpen>(new OpenData(certificate.Fingerprint, count), cancelled);
            string[] hosts = open.Address is { } address ? [address, context.Connector.Destination.Host] : [context.Connector.Destination.Host];
            return await DataConnections.OpenAsync(hosts, open.Port, open.Fingerprint, certificate, count, cancelled);
        }
        catch (Exception e) when (e is RemoteFailureException or TypeInitializationException or System.Security.Cryptography.CryptographicException
            || (e is ConnectException && !context.Agent.Lost.IsCancellationRequested))
        {
            context.Clock.Warn($"Memory goes through the connection to the agent, which is slower than a direct one: {(e.InnerException is null || e is ConnectException ? e.Message : e.InnerException.Message).TrimEnd('.')}.");
            return null;
        }
    }
}
