using System.Net.Sockets;

namespace Liveness;

/// <summary>Over a socket the bytes stay in the kernel: only the beginning of a HELLO whose rest has not come is taken out, so that a wait
/// for more really waits.</summary>
internal sealed class SocketFirstBytes(Socket socket) : FirstBytesSource
{
    private byte[] _taken = [];

    public override object Claimed => socket;

    public override ReadOnlyMemory<byte> Taken => _taken;

    public override bool? MayHoldMore => HasUnread(socket);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        socket.ReceiveAsync(buffer, SocketFlags.Peek, cancellationToken);

    // Not the blocking call: it may queue up behind the cancelled one, and would hold a thread of the pool that is behind.
    public override async ValueTask<int?> LookAsync(Memory<byte> buffer) =>
        HasUnread(socket) == true ? await socket.ReceiveAsync(buffer, SocketFlags.Peek).ConfigureAwait(false) : null;

    public override void Keep(ReadOnlySpan<byte> bytes)
    {
        int known = _taken.Length;
        Array.Resize(ref _taken, known + bytes.Length);
        while (known < _taken.Length)
        {
            // They have been seen there: this does not wait.
            known += socket.Receive(_taken.AsSpan(known));
        }
    }
}
