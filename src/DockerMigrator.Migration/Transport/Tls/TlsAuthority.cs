using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DockerMigrator.Protocol.Errors;

namespace DockerMigrator.Migration.Transport.Tls;

/// <summary>A small certificate authority for the hosts among which containers move.</summary>
public static class TlsAuthority
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // A clock that is a little behind must not refuse a certificate made a second ago.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    private static readonly TimeSpan AuthorityLife = TimeSpan.FromDays(3650);

    private static readonly TimeSpan HostLife = TimeSpan.FromDays(825);

    /// <summary>Makes an authority: certificate and key.</summary>
    /// <exception cref="MigratorException">There is one already: it is never overwritten.</exception>
    public static void Init(TlsFiles files)
    {
        if (File.Exists(files.AuthorityKey) || File.Exists(files.Authority))
            throw new MigratorException($"There is an authority in {files.Directory} already; remove it by hand if you mean to begin anew.");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=docker-migrator authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now - ClockSkew, now + AuthorityLife);
        Write(files.Directory, files.AuthorityKey, key.ExportPkcs8PrivateKeyPem(), secret: true);
        Write(files.Directory, files.Authority, certificate.ExportCertificatePem(), secret: false);
    }

    /// <summary>Makes a certificate for a host, good for both ends of a connection.</summary>
    /// <param name="authority">Where the authority lies.</param>
    /// <param name="host">The name or address by which others reach the host.</param>
    /// <param name="output">Gets ca.pem, host.pem and host.key: what belongs on that host.</param>
    public static void Issue(TlsFiles authority, string host, TlsFiles output)
    {
        using var issuer = LoadAuthority(authority);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(new X500DistinguishedName($"CN=\"{host.Replace("\"", "", StringComparison.Ordinal)}\""), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
            names.AddIpAddress(address);
        else
            names.AddDnsName(host);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var certificate = request.Create(issuer, now - ClockSkew, now + HostLife, RandomNumberGenerator.GetBytes(16));
        Write(output.Directory, output.Key, key.ExportPkcs8PrivateKeyPem(), secret: true);
        Write(output.Directory, output.Certificate, certificate.ExportCertificatePem(), secret: false);
        if (output.Directory != authority.Directory)
            Write(output.Directory, output.Authority, issuer.ExportCertificatePem(), secret: false);
    }

    private static X509Certificate2 LoadAuthority(TlsFiles files)
    {
        try
        {
            return X509Certificate2.CreateFromPemFile(files.Authority, files.AuthorityKey);
        }
        catch (Exception e) when (e is IOException or CryptographicException or UnauthorizedAccessException)
        {
            throw new MigratorException($"There is no authority in {files.Directory} ({e.Message}); make one with \"docker-migrator tls init\".", e);
        }
    }

    private static void Write(string directory, string path, string pem, bool secret)
    {
        Directory.CreateDirectory(directory);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        // The mode is there before the first byte: a key is never readable by others, not even for a moment.
        if (secret)
            options.UnixCreateMode = OwnerOnly;
        using var writer = new StreamWriter(path, options);
        writer.Write(pem);
        writer.Write('\n');
    }
}
