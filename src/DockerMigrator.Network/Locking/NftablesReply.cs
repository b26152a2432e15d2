namespace DockerMigrator.Network.Locking;

/// <summary>Reads the kernel's answers to a netlink request (netlink(7)).</summary>
public static class NftablesReply
{
    private const int HeaderLength = 16;
    private const ushort ErrorMessage = 2;

    /// <summary>The answers in a datagram that tell how a message went: 0 for an acknowledgement, else an errno.</summary>
    /// <exception cref="InvalidDataException">It is torn.</exception>
    public static IReadOnlyList<int> ParseErrors(ReadOnlySpan<byte> datagram)
    {
        var errors = new List<int>();
        while (datagram.Length >= HeaderLength)
        {
            var length = BitConverter.ToUInt32(datagram);
            if (length < HeaderLength || length > datagram.Length)
                throw new InvalidDataException("A torn netlink message.");
            if (BitConverter.ToUInt16(datagram[4..]) == ErrorMessage)
            {
                if (length < HeaderLength + sizeof(int))
                    throw new InvalidDataException("A torn netlink message.");
                errors.Add(-BitConverter.ToInt32(datagram[HeaderLength..]));
            }

            datagram = datagram[Math.Min((int)((length + 3) & ~3u), datagram.Length)..];
        }

        return errors;
    }
}
