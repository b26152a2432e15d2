using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DockerMigrator.Migration.Transport.Data;

/// <summary>
/// A certificate for the data connections of one migration, which both sides know each other's by fingerprint: told over the
/// connection that exists already and is trusted, so no authority is needed.
/// </summary>
public sealed class DataCertificate : IDisposable
{
    private static readonly TimeSpan Skew = TimeSpan.FromDays(1);

    private DataCertificate(X509Certificate2 certificate) => Certificate = certificate;

    /// <summary>The certificate with its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>SHA-256 of the certificate, in hexadecimal.</summary>
    public string Fingerprint => FingerprintOf(Certificate);

    /// <summary>Makes one, in memory only.</summary>
    public static DataCertificate Create()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=docker-migrator data", key, HashAlgorithmName.SHA256);
        var now = DateTimeOffset.UtcNow;
        // Nobody looks at the dates: the fingerprint is all that counts.
        return new DataCertificate(request.CreateSelfSigned(now - Skew, now + Skew));
    }

    /// <summary>Whether a certificate that the other side showed is the one that was announced.</summary>
    public static bool IsExpected(X509Certificate? shown, string fingerprint) =>
        shown is not null && CryptographicOperations.FixedTimeEquals(
            System.Text.Encoding.ASCII.GetBytes(FingerprintOf(shown)), System.Text.Encoding.ASCII.GetBytes(fingerprint));

    /// <inheritdoc/>
    public void Dispose() => Certificate.Dispose();

    private static string FingerprintOf(X509Certificate certificate) => certificate.GetCertHashString(HashAlgorithmName.SHA256);
}
