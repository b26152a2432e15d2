using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;

namespace DockerMigrator.FileSync.Receiving;

/// <summary>Names are equal if their bytes are.</summary>
internal sealed class NameComparer : IEqualityComparer<byte[]>
{
    public static readonly NameComparer Instance = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] byte[] obj) => (int)XxHash3.HashToUInt64(obj);
}
