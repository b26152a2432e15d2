using System.Text;
using DockerMigrator.FileSync.Errors;

namespace DockerMigrator.FileSync.Drivers.Overlay;

/// <summary>
/// The two messages of containerd's Mounts call in protocol buffers' wire format (containerd,
/// api/services/snapshots/v1/snapshots.proto and api/types/mount.proto): MountsRequest { 1: snapshotter, 2: key },
/// MountsResponse { 1: repeated Mount { 1: type, 2: source, 3: target, 4: repeated options } }.
/// </summary>
internal static class SnapshotMessages
{
    public static byte[] MountsRequest(string snapshotter, string key)
    {
        var message = new List<byte>();
        foreach (var (number, text) in new[] { (1, snapshotter), (2, key) })
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            message.Add((byte)((number << 3) | 2));
            var length = bytes.Length;
            for (; length > 0x7F; length >>= 7)
                message.Add((byte)(length | 0x80));
            message.Add((byte)length);
            message.AddRange(bytes);
        }

        return [.. message];
    }

    /// <summary>The options of the only mount in a MountsResponse.</summary>
    /// <exception cref="TreeException">The message is damaged, or there is not exactly one.</exception>
    public static IReadOnlyList<string> OptionsOfOnlyMount(ReadOnlySpan<byte> response)
    {
        var options = new List<string>();
        var mounts = 0;
        while (response.Length > 0)
        {
            var mount = TakeField(ref response, out var number);
            if (number != 1)
                continue;
            mounts++;
            while (mount.Length > 0)
            {
                var value = TakeField(ref mount, out number);
                if (number == 4)
                    options.Add(Encoding.UTF8.GetString(value));
            }
        }

        return mounts == 1 ? options : throw new TreeException($"the snapshot has {mounts} mounts");
    }

    /// <summary>Takes the next field; a number's value is of no interest here and comes out empty.</summary>
    private static ReadOnlySpan<byte> TakeField(ref ReadOnlySpan<byte> message, out int number)
    {
        var tag = TakeNumber(ref message);
        number = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0:
                TakeNumber(ref message);
                return [];
            case 2:
                var length = TakeNumber(ref message);
                if (length > (ulong)message.Length)
                    throw new TreeException("its answer is cut short");
                var value = message[..(int)length];
                message = message[(int)length..];
                return value;
            default:
                throw new TreeException("its answer is not understood");
        }
    }

    private static ulong TakeNumber(ref ReadOnlySpan<byte> message)
    {
        ulong result = 0;
        for (var shift = 0; shift < 64 && message.Length > 0; shift += 7)
        {
            var part = message[0];
            message = message[1..];
            result |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return result;
        }

        throw new TreeException("its answer is cut short");
    }
}
