namespace Liveness.Tests.InBand;

/// <summary>
/// Reads to the end in a random mix of all ways to read; one in eight is cancelled on the way, and tried again with another buffer.
/// </summary>
internal sealed class IntegrityReader(Stream stream, IntegrityBytes bytes, int seed, bool isSlow)
{
    private const int Burst = 40;
    private const int Kept = 8;
    private const int LargestTail = 2_000_000;

    private readonly IntegrityDice _dice = new(seed);
    private readonly BuriedBuffers _buried = new();

    /// <summary>How many reads were cancelled while they waited.</summary>
    public int Cancelled { get; private set; }

    /// <param name="readsTail">Whether the rest is read by copying to the end; it must come then.</param>
    public async Task RunAsync(bool readsTail)
    {
        long tail = readsTail ? Math.Min(LargestTail, bytes.Left / 4) : 0;
        while (bytes.Left > tail)
        {
            if (_dice.OneIn(3))
            {
                await IntegrityDice.OnThread(() => ReadSynchronously(tail));
            }
            else
            {
                await ReadAsynchronouslyAsync(tail);
            }
        }

        using IntegritySink sink = new(bytes);
        if (readsTail && _dice.OneIn(2))
        {
            await IntegrityDice.OnThread(() => stream.CopyTo(sink, _dice.Size(int.MaxValue)));
        }
        else if (readsTail)
        {
            await stream.CopyToAsync(sink, _dice.Size(int.MaxValue));
        }

        _buried.Check();
    }

    private void ReadSynchronously(long tail)
    {
        for (int i = 0; i < Burst && bytes.Left > tail; i++)
        {
            byte[] buffer = new byte[Size(tail)];
            int count = _dice.Next(7) switch
            {
                0 => stream.Read(buffer, 0, buffer.Length),
                1 => stream.Read(buffer.AsSpan()),
                2 => ReadBytes(buffer),
                3 => stream.EndRead(stream.BeginRead(buffer, 0, buffer.Length, null, null)),
                4 => Exactly(buffer),
                5 => stream.ReadAtLeast(buffer, (buffer.Length + 1) / 2),
                _ => stream.Read([]) + stream.Read(buffer, 0, buffer.Length),
            };
            Take(buffer, count);
        }
    }

    private async Task ReadAsynchronouslyAsync(long tail)
    {
        for (int i = 0; i < Burst && bytes.Left > tail; i++)
        {
            byte[] buffer = new byte[Size(tail)];
            int count = 0;
            switch (_dice.Next(8))
            {
                case 0:
                    count = await stream.ReadAsync(buffer.AsMemory());
                    break;
                case 1:
                    Task<int> read = stream.ReadAsync(buffer, 0, buffer.Length, CancellationToken.None);
                    count = await read;
                    break;
                case 2:
                    count = await Task.Factory.FromAsync((callback, state) => stream.BeginRead(buffer, 0, buffer.Length, callback, state), stream.EndRead, null);
                    break;
                case 3:
                    await stream.ReadExactlyAsync(buffer);
                    count = buffer.Length;
                    break;
                case 4:
                    count = await stream.ReadAtLeastAsync(buffer, (buffer.Length + 1) / 2);
                    break;
                case 5:
                    count = await stream.ReadAsync(Memory<byte>.Empty);
                    count += await stream.ReadAsync(buffer).ConfigureAwait(false);
                    break;
                default:
                    (buffer, count) = await ReadWithCancellationAsync(buffer);
                    break;
            }

            Take(buffer, count);
            if (isSlow && _dice.OneIn(2))
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Tried until one is not cancelled. What a cancelled one was given is poisoned at once, and looked at later.</summary>
    private async Task<(byte[] Buffer, int Count)> ReadWithCancellationAsync(byte[] buffer)
    {
        while (true)
        {
            using CancellationTokenSource cancel = new();
            ValueTask<int> reading = stream.ReadAsync(buffer, cancel.Token);
            if (!reading.IsCompleted && _dice.OneIn(2))
            {
                if (_dice.OneIn(2))
                {
                    await Task.Yield();
                }

                await cancel.CancelAsync();
            }

            try
            {
                return (buffer, await reading);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                Cancelled++;
                _buried.Bury(buffer, Kept);
                buffer = new byte[buffer.Length];
            }
        }
    }

    private int ReadBytes(byte[] buffer)
    {
        int count = Math.Min(buffer.Length, 100);
        for (int i = 0; i < count; i++)
        {
            buffer[i] = (byte)stream.ReadByte();
        }

        return count;
    }

    private int Exactly(byte[] buffer)
    {
        stream.ReadExactly(buffer);
        return buffer.Length;
    }

    private void Take(byte[] buffer, int count)
    {
        if (count == 0)
        {
            throw new EndOfStreamException($"The stream ended at {bytes.Position}, {bytes.Left} bytes too early.");
        }

        bytes.Take(buffer.AsSpan(0, count));
        _buried.Bury(buffer, Kept);
    }

    private int Size(long tail) => isSlow ? _dice.Next((int)Math.Min(3000, bytes.Left - tail)) + 1 : _dice.Size(bytes.Left - tail);
}
