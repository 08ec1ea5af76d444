namespace Liveness;

/// <summary>The receiving side of credit: how much the peer may send that the application has not taken yet.</summary>
internal sealed class CreditWindow
{
    private readonly int _window;
    private ulong _granted;

    /// <param name="window">Bytes; also the first credit, that HELLO carries.</param>
    public CreditWindow(int window)
    {
        _window = window;
        _granted = (ulong)window;
    }

    public int Window => _window;

    public ulong Received { get; private set; }

    public ulong Consumed { get; private set; }

    /// <summary>Bytes that lie unread.</summary>
    public int Unread => (int)(Received - Consumed);

    /// <summary>A new grant is worth a frame once it opens half a window: any later would stop a peer that sends all the time.</summary>
    public bool GrantIsDue => Consumed + (ulong)_window - _granted >= (ulong)_window / 2;

    /// <returns>False where the peer sends what it was not allowed to.</returns>
    public bool TryReceive(int length)
    {
        if (Received + (ulong)length > _granted)
        {
            return false;
        }

        Received += (ulong)length;
        return true;
    }

    public void Consume(int length) => Consumed += (ulong)length;

    /// <summary>The absolute offset up to which the peer may send from now on.</summary>
    public ulong TakeGrant()
    {
        _granted = Consumed + (ulong)_window;
        return _granted;
    }
}
