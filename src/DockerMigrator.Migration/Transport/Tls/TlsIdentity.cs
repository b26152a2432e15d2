using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace DockerMigrator.Migration.Transport.Tls;

/// <summary>Who this host is, and whose word about other hosts it takes: one authority, its own.</summary>
/// <param name="Authority">The only root that is trusted.</param>
/// <param name="Host">This host's certificate with its key.</param>
public sealed record TlsIdentity(X509Certificate2 Authority, X509Certificate2 Host)
{
    /// <summary>How to meet an agent: its certificate must name the host that was asked for.</summary>
    public SslClientAuthenticationOptions ClientOptions(string host) => new()
    {
        TargetHost = host,
        EnabledSslProtocols = SslProtocols.Tls13,
        ClientCertificates = [Host],
        CertificateChainPolicy = Policy(),
    };

    /// <summary>How to meet a source: it must show a certificate of the same authority.</summary>
    public SslServerAuthenticationOptions ServerOptions() => new()
    {
        ServerCertificate = Host,
        EnabledSslProtocols = SslProtocols.Tls13,
        ClientCertificateRequired = true,
        CertificateChainPolicy = Policy(),
    };

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            // Nothing is ever fetched from elsewhere to judge a certificate.
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(Authority);
        return policy;
    }
}
