using DockerMigrator.Native.Memory;

namespace DockerMigrator.Native.Ptrace;

/// <summary>Finds an instruction in a process that makes a system call, so that none need be written into it.</summary>
internal static class SystemCallInstruction
{
    private const int ChunkLength = 64 << 10;

    /// <summary>Its address; 0 if there is none, or the process is gone.</summary>
    public static ulong Find(int thread)
    {
        var code = MemoryMapping.Read(thread).Where(mapping => mapping.IsExecutable && mapping.Name != "[vsyscall]");
        if (CallConvention.Current is not { } convention || MemoryFile.TryOpen(thread) is not { } memory)
            return 0;
        using (memory)
        {
            // The kernel's own page of code, a small one, has some in nearly every process.
            return code.OrderBy(mapping => mapping.Name == "[vdso]" ? 0 : 1)
                .Select(mapping => FindIn(memory, mapping, convention)).FirstOrDefault(address => address != 0);
        }
    }

    /// <summary>Whether there is one at this address.</summary>
    public static bool IsAt(int thread, ulong address)
    {
        if (CallConvention.Current is not { } convention)
            return false;
        Span<byte> content = stackalloc byte[convention.Instruction.Length];
        return ProcessMemory.TryReadAll(thread, address, content) && content.SequenceEqual(convention.Instruction);
    }

    private static ulong FindIn(MemoryFile memory, MemoryMapping mapping, CallConvention convention)
    {
        var buffer = new byte[ChunkLength];
        for (var start = mapping.Start; start < mapping.End; start += ChunkLength)
        {
            var chunk = buffer.AsSpan(0, (int)Math.Min(ChunkLength, mapping.End - start));
            chunk = chunk[..memory.Read(start, chunk)];
            for (var at = 0; chunk[at..].IndexOf(convention.Instruction) is var found and >= 0; at++)
            {
                at += found;
                if (at % convention.Alignment == 0)
                    return start + (ulong)at;
            }
        }

        return 0;
    }
}
