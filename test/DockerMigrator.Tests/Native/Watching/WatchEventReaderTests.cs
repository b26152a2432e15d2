using System.Buffers.Binary;
using CsCheck;
using DockerMigrator.Native.Watching;

namespace DockerMigrator.Tests.Native.Watching;

public sealed class WatchEventReaderTests
{
    [Fact]
    public void Directory_and_object_are_the_handles_of_their_records()
    {
        var reader = new WatchEventReader([.. Event(0x2, Record(2, 7, "f\0"u8), Record(1, 9, default)), .. Event(0x40000040, Record(2, 5, ".\0"u8))]);

        reader.Next().Should().BeTrue();
        reader.What.Should().Be(WatchEvents.Modified);
        reader.Directory.ToArray().Should().Equal(Handle(7));
        reader.Object.ToArray().Should().Equal(Handle(9));
        reader.Next().Should().BeTrue();
        reader.What.Should().Be(WatchEvents.MovedFrom | WatchEvents.OnDirectory);
        reader.Directory.ToArray().Should().Equal(Handle(5));
        reader.Object.IsEmpty.Should().BeTrue();
        reader.Next().Should().BeFalse();
        reader.IsDamaged.Should().BeFalse();
    }

    [Fact]
    public void An_overflow_has_no_handle()
    {
        var reader = new WatchEventReader(Event(0x4000));

        reader.Next().Should().BeTrue();
        reader.What.Should().Be(WatchEvents.Overflow);
        reader.Directory.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void What_is_cut_off_is_damaged_and_never_read_beyond_its_end() =>
        Gen.Int[1, 71].Sample(length =>
        {
            var whole = Event(0x2, Record(2, 7, "f\0"u8), Record(1, 9, default));
            whole.Length.Should().BeGreaterThan(71);
            var reader = new WatchEventReader(whole.AsSpan(0, length));
            reader.Next().Should().BeFalse();
            reader.IsDamaged.Should().BeTrue();
        });

    [Fact]
    public void Any_bytes_are_read_without_failing() =>
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Int[0, 60], Gen.Byte).Sample((noise, at, value) =>
        {
            byte[] bytes = [.. Event(0x2, Record(2, 7, "f\0"u8)), .. noise];
            bytes[at % bytes.Length] = value;
            var reader = new WatchEventReader(bytes);
            for (var events = 0; reader.Next(); events++)
                events.Should().BeLessThan(bytes.Length);
        });

    private static byte[] Handle(byte value) => [8, 0, 0, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] Record(byte type, byte value, ReadOnlySpan<byte> name)
    {
        byte[] record = [type, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. Handle(value), .. name];
        record[2] = (byte)record.Length;
        return record;
    }

    private static byte[] Event(ulong mask, params byte[][] records)
    {
        byte[] result = [0, 0, 0, 0, 3, 0, 24, 0, .. new byte[16], .. records.SelectMany(record => record)];
        BinaryPrimitives.WriteInt32LittleEndian(result, result.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(result.AsSpan(8), mask);
        return result;
    }
}
