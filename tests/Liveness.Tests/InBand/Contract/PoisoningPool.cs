using System.Buffers;

namespace Liveness.Tests.InBand;

/// <summary>A pool that fills what it is given back with poison and hands it out again soonest: who sends, or delivers, what it no longer
/// owns sends poison,
/// and who writes to it leaves a trace.</summary>
/// <remarks>It is of use where the bytes that are carried have no <see cref="Poison"/> among them.</remarks>
internal sealed class PoisoningPool : ArrayPool<byte>
{
    public const byte Poison = 0xDB;

    private readonly Lock _gate = new();
    private readonly Dictionary<int, Stack<byte[]>> _free = [];
    private readonly HashSet<byte[]> _rented = [];
    private readonly HashSet<byte[]> _returned = [];
    private readonly List<string> _faults = [];

    /// <summary>Buffers handed out and not given back.</summary>
    public int Outstanding
    {
        get
        {
            lock (_gate)
            {
                return _rented.Count;
            }
        }
    }

    public long Rented { get; private set; }

    /// <summary>What was asked for, at most.</summary>
    public int Largest { get; private set; }

    /// <summary>What its users did wrong so far, looking at every buffer that was given back.</summary>
    public IReadOnlyList<string> Check()
    {
        lock (_gate)
        {
            foreach (byte[] buffer in _free.Values.SelectMany(buffers => buffers))
            {
                CheckPoison(buffer);
            }

            return [.. _faults];
        }
    }

    public override byte[] Rent(int minimumLength)
    {
        lock (_gate)
        {
            Rented++;
            Largest = Math.Max(Largest, minimumLength);
            int length = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(minimumLength, 16));
            if (_free.TryGetValue(length, out Stack<byte[]>? buffers) && buffers.TryPop(out byte[]? buffer))
            {
                CheckPoison(buffer);
                _returned.Remove(buffer);
            }
            else
            {
                buffer = new byte[length];
                buffer.AsSpan().Fill(Poison);
            }

            _rented.Add(buffer);
            return buffer;
        }
    }

    public override void Return(byte[] array, bool clearArray = false)
    {
        lock (_gate)
        {
            if (!_rented.Remove(array))
            {
                _faults.Add(_returned.Contains(array) ? $"{array.Length} bytes were given back twice" : $"{array.Length} bytes of somebody else were given back");
                return;
            }

            array.AsSpan().Fill(Poison);
            _returned.Add(array);
            if (!_free.TryGetValue(array.Length, out Stack<byte[]>? buffers))
            {
                _free.Add(array.Length, buffers = []);
            }

            buffers.Push(array);
        }
    }

    private void CheckPoison(byte[] buffer)
    {
        int at = buffer.AsSpan().IndexOfAnyExcept(Poison);
        if (at >= 0)
        {
            _faults.Add($"a buffer of {buffer.Length} bytes was written to at {at} after it was given back");
            buffer.AsSpan().Fill(Poison);
        }
    }
}
