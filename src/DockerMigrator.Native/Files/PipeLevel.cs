using System.Text;

namespace DockerMigrator.Native.Files;

/// <summary>How much lies unread in a pipe.</summary>
public static unsafe class PipeLevel
{
    private const nuint BytesUnread = 0x541b; // FIONREAD

    /// <summary>Bytes in the pipe at a path such as <c>/proc/PID/fd/1</c>; 0 if it is no pipe, or gone.</summary>
    public static int Read(string path)
    {
        var error = FileCalls.Open(Encoding.UTF8.GetBytes(path), OpenFlags.NonBlocking, out var file);
        using (file)
        {
            int bytes;
            return error == Errno.None && FileCalls.Stat(file, out var status) == Errno.None && status.Kind == FileKind.Fifo
                && FileInterop.Ioctl(file.Number, BytesUnread, &bytes) == 0 ? bytes : 0;
        }
    }
}
