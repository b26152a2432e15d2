using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Transport.Tls;

/// <summary>The three files that a host needs to speak TLS with its peers.</summary>
/// <param name="Directory">Where they lie.</param>
public sealed record TlsFiles(string Directory)
{
    /// <summary>The usual place.</summary>
    public const string DefaultDirectory = "/etc/docker-migrator/tls";

    /// <summary>The certificate of the own authority.</summary>
    public string Authority => Path.Combine(Directory, "ca.pem");

    /// <summary>The authority's key: only where certificates are issued.</summary>
    public string AuthorityKey => Path.Combine(Directory, "ca.key");

    /// <summary>This host's certificate.</summary>
    public string Certificate => Path.Combine(Directory, "host.pem");

    /// <summary>This host's key.</summary>
    public string Key => Path.Combine(Directory, "host.key");

    /// <summary>Reads this host's identity.</summary>
    /// <exception cref="MigratorException">A file is missing or none of its kind.</exception>
    public TlsIdentity Load()
    {
        try
        {
            return new TlsIdentity(
                X509CertificateLoader.LoadCertificateFromFile(Authority),
                X509Certificate2.CreateFromPemFile(Certificate, Key));
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            throw new MigratorException(
                $"This host's TLS files in {Directory} cannot be used ({e.Message}). Make an authority once with \"docker-migrator tls init\", then a certificate for each host with \"docker-migrator tls issue HOST\".", e);
        }
    }
}
