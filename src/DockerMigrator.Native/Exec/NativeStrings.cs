using System.Runtime.InteropServices.Marshalling;

namespace DockerMigrator.Native.Exec;

/// <summary>A null-terminated array of C strings, as argv and envp are.</summary>
internal sealed unsafe class NativeStrings : IDisposable
{
    private readonly byte*[] _items;
    private readonly System.Runtime.InteropServices.GCHandle _pin;

    public NativeStrings(IReadOnlyList<string> strings)
    {
        _items = new byte*[strings.Count + 1];
        for (var i = 0; i < strings.Count; i++)
            _items[i] = Utf8StringMarshaller.ConvertToUnmanaged(strings[i]);
        _pin = System.Runtime.InteropServices.GCHandle.Alloc(_items, System.Runtime.InteropServices.GCHandleType.Pinned);
    }

    /// <summary>The array, good until this is disposed.</summary>
    public byte** Items => (byte**)_pin.AddrOfPinnedObject();

    public void Dispose()
    {
        _pin.Free();
        foreach (var item in _items)
            Utf8StringMarshaller.Free(item);
    }
}
