using System.Collections;

namespace DockerMigrator.FileSync.Watching;

/// <summary>
/// Whether an inode may be one of a tree's: a Bloom filter of 2 MiB, for telling the files of a whole host from those of the tree.
/// Of a million files' it takes one foreign in four hundred for one of them, which costs a closer look and, where that stays in doubt, a walk.
/// </summary>
internal sealed class InodeFilter
{
    private const int Bits = 1 << 24;
    private const int Functions = 4;

    private readonly BitArray _bits = new(Bits);

    /// <summary>Takes an inode in.</summary>
    public void Add(ulong inode)
    {
        foreach (var bit in BitsOf(inode))
            _bits[bit] = true;
    }

    /// <summary>False: it is certainly none of them.</summary>
    public bool MayHave(ulong inode)
    {
        foreach (var bit in BitsOf(inode))
        {
            if (!_bits[bit])
                return false;
        }

        return true;
    }

    private static BitNumbers BitsOf(ulong inode) => new(inode);

    private struct BitNumbers(ulong inode)
    {
        // The mixing step of SplitMix64 for two numbers from which the others are made (Kirsch and Mitzenmacher).
        private readonly uint _first = (uint)Mix(inode);
        private readonly uint _step = (uint)(Mix(inode) >> 32) | 1;
        private int _next = -1;

        public readonly int Current => (int)((_first + ((uint)_next * _step)) % Bits);

        public readonly BitNumbers GetEnumerator() => this;

        public bool MoveNext() => ++_next < Functions;

        private static ulong Mix(ulong value)
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
