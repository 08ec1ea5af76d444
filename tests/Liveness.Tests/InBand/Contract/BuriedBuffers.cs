namespace Liveness.Tests.InBand;

/// <summary>Buffers whose operations have ended, filled with poison: nobody may write to them any more, nor send what is in them.</summary>
internal sealed class BuriedBuffers
{
    private readonly Queue<byte[]> _buffers = [];

    /// <summary>Of an operation that has ended: the buffer is the caller's again.</summary>
    /// <param name="buffer">Whose.</param>
    /// <param name="keep">How many are kept; the oldest is looked at for the last time.</param>
    public void Bury(byte[] buffer, int keep = int.MaxValue)
    {
        buffer.AsSpan().Fill(PoisoningPool.Poison);
        _buffers.Enqueue(buffer);
        while (_buffers.Count > keep)
        {
            Check(_buffers.Dequeue());
        }
    }

    public bool Untouched => _buffers.All(buffer => TouchedAt(buffer) < 0);

    public void Check()
    {
        foreach (byte[] buffer in _buffers)
        {
            Check(buffer);
        }
    }

    private static int TouchedAt(byte[] buffer) => buffer.AsSpan().IndexOfAnyExcept(PoisoningPool.Poison);

    private static void Check(byte[] buffer)
    {
        int at = TouchedAt(buffer);
        if (at >= 0)
        {
            throw new InvalidOperationException($"A buffer of {buffer.Length} bytes was written to at {at} after its operation had ended.");
        }
    }
}
