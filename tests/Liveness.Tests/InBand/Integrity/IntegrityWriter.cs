namespace Liveness.Tests.InBand;

/// <summary>
/// Writes a given number of bytes in a random mix of all ways to write; a buffer is poisoned as soon as its write is done.
/// </summary>
internal sealed class IntegrityWriter(Stream stream, IntegrityBytes bytes, int seed)
{
    private const int Burst = 40;

    private readonly IntegrityDice _dice = new(seed);

    public async Task RunAsync()
    {
        while (bytes.Left > 0)
        {
            if (_dice.OneIn(3))
            {
                await IntegrityDice.OnThread(WriteSynchronously);
            }
            else
            {
                await WriteAsynchronouslyAsync();
            }
        }

        await stream.FlushAsync();
    }

    private void WriteSynchronously()
    {
        for (int i = 0; i < Burst && bytes.Left > 0; i++)
        {
            byte[] buffer = Next(out int offset, out int count);
            switch (_dice.Next(8))
            {
                case 0:
                    stream.Write(buffer, offset, count);
                    break;
                case 1:
                    stream.Write(buffer.AsSpan(offset, count));
                    break;
                case 2 when count < 200:
                    Array.ForEach(buffer[offset..(offset + count)], stream.WriteByte);
                    break;
                case 3:
                    stream.EndWrite(stream.BeginWrite(buffer, offset, count, null, null));
                    break;
                case 4:
                    new MemoryStream(buffer, offset, count, writable: false).CopyTo(stream, _dice.Next(10_000) + 500);
                    break;
                case 5:
                    stream.Write(buffer, offset, count);
                    stream.Flush();
                    break;
                case 6:
                    stream.Write(buffer, offset, 0);
                    stream.Write(buffer.AsSpan(offset, count));
                    break;
                default:
                    stream.Write(buffer.AsSpan(offset, count / 2));
                    stream.Write(buffer.AsSpan(offset + (count / 2), count - (count / 2)));
                    break;
            }

            buffer.AsSpan().Fill(PoisoningPool.Poison);
        }
    }

    private async Task WriteAsynchronouslyAsync()
    {
        for (int i = 0; i < Burst && bytes.Left > 0; i++)
        {
            byte[] buffer = Next(out int offset, out int count);
            switch (_dice.Next(8))
            {
                case 0:
                    await stream.WriteAsync(buffer.AsMemory(offset, count));
                    break;
                case 1:
                    Task write = stream.WriteAsync(buffer, offset, count, CancellationToken.None);
                    await write;
                    break;
                case 2:
                    await Task.Factory.FromAsync((callback, state) => stream.BeginWrite(buffer, offset, count, callback, state), stream.EndWrite, null);
                    break;
                case 3:
                    await new MemoryStream(buffer, offset, count, writable: false).CopyToAsync(stream, _dice.Next(10_000) + 500);
                    break;
                case 4:
                    await stream.WriteAsync(buffer.AsMemory(offset, count));
                    await stream.FlushAsync();
                    break;
                case 5:
                    await stream.WriteAsync(ReadOnlyMemory<byte>.Empty);
                    await stream.WriteAsync(buffer.AsMemory(offset, count)).ConfigureAwait(false);
                    break;
                case 6:
                    await Task.Yield();
                    await stream.WriteAsync(buffer.AsMemory(offset, count));
                    break;
                default:
                    using (CancellationTokenSource never = new())
                    {
                        await stream.WriteAsync(buffer.AsMemory(offset, count), never.Token);
                    }

                    break;
            }

            buffer.AsSpan().Fill(PoisoningPool.Poison);
        }
    }

    /// <summary>Poison at both sides of what is to be written.</summary>
    private byte[] Next(out int offset, out int count)
    {
        count = _dice.Size(bytes.Left);
        offset = _dice.Next(5);
        byte[] buffer = new byte[offset + count + _dice.Next(5)];
        buffer.AsSpan().Fill(PoisoningPool.Poison);
        bytes.Make(buffer.AsSpan(offset, count));
        return buffer;
    }
}
