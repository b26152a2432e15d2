using CsCheck;
using DockerMigrator.Criu.Images;
using DockerMigrator.Native.Ptrace;

namespace DockerMigrator.Tests.Criu.Images;

/// <summary>With core images by CRIU 4.2 of <c>sleep 1000</c>, and of a thread in an absolute sleep, which CRIU repeats.</summary>
public sealed class InterruptedCallsTests
{
    private const int HeaderLength = 12;

    private static readonly byte[] Sleeping = Load("sleeping");
    private static readonly byte[] Repeating = Load("repeating");

    [Fact]
    public void A_sleep_is_made_anew_and_nothing_else_changes()
    {
        var repaired = InterruptedCalls.TryRepair(Sleeping)!;

        var (before, after) = (Registers(Sleeping), Registers(repaired));
        before.ReturnValue.Should().Be(unchecked((ulong)-4L));
        after.ReturnValue.Should().Be(230);
        after.InstructionPointer.Should().Be(before.InstructionPointer - 2);
        (after.ReturnValue, after.InstructionPointer) = (before.ReturnValue, before.InstructionPointer);
        ((ReadOnlySpan<ulong>)after).SequenceEqual(before).Should().BeTrue();

        // The number of a call takes 2 bytes where -4 took 10; what follows the registers is the same.
        repaired.Length.Should().Be(Sleeping.Length - 8);
        repaired.AsSpan(^1500..).SequenceEqual(Sleeping.AsSpan(^1500..)).Should().BeTrue();
    }

    [Fact]
    public void What_is_repaired_needs_no_repair() => InterruptedCalls.TryRepair(InterruptedCalls.TryRepair(Sleeping)!).Should().BeNull();

    [Fact]
    public void A_call_that_criu_repeats_itself_stays() => InterruptedCalls.TryRepair(Repeating).Should().BeNull();

    [Fact]
    public void Torn_or_scribbled_images_are_refused_cleanly()
    {
        for (var length = 0; length < Sleeping.Length; length++)
            Invoking(() => InterruptedCalls.TryRepair(Sleeping.AsSpan(0, length))).Should().Throw<InvalidDataException>();
        // Byte 2315 as 91 makes a message of no length.
        ScribbleOver(2315, 91);
        Gen.Select(Gen.Int[0, Sleeping.Length - 1], Gen.Byte).Sample(ScribbleOver, iter: 2000);
    }

    [Fact]
    public void Only_the_images_of_threads_that_need_it_are_written()
    {
        var directory = Directory.CreateTempSubdirectory();
        try
        {
            string[] names = ["core-1.img", "core-8.img", "mm-1.img"];
            foreach (var (name, image) in names.Zip([Sleeping, Repeating, Sleeping]))
                File.WriteAllBytes(Path.Combine(directory.FullName, name), image);

            InterruptedCalls.Repair(directory.FullName).Should().Be(1);

            File.ReadAllBytes(Path.Combine(directory.FullName, names[0])).Should().Equal(InterruptedCalls.TryRepair(Sleeping));
            File.ReadAllBytes(Path.Combine(directory.FullName, names[1])).Should().Equal(Repeating);
            File.ReadAllBytes(Path.Combine(directory.FullName, names[2])).Should().Equal(Sleeping);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static X64Registers Registers(byte[] image)
    {
        InterruptedCalls.TryReadRegisters(image.AsSpan(HeaderLength), out var registers).Should().BeTrue();
        return registers;
    }

    private static byte[] Load(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Criu/Images/Recorded", name + ".img"));

    private static Action Invoking(Action action) => action;

    private static void ScribbleOver(int position, byte value)
    {
        var scribbled = Sleeping.ToArray();
        scribbled[position] = value;
        try
        {
            InterruptedCalls.TryRepair(scribbled);
        }
        catch (InvalidDataException)
        {
            // The one way to fail.
        }
    }
}
