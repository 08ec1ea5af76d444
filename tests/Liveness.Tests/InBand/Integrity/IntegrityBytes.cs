using System.Security.Cryptography;

namespace Liveness.Tests.InBand;

/// <summary>
/// The bytes of one direction, as its writer makes them or its reader expects them: they follow from the place in the stream, so the first
/// wrong one is known by its place.
/// </summary>
internal sealed class IntegrityBytes(int seed, long total) : IDisposable
{
    private static readonly byte[] s_tape = MakeTape();

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long Position { get; private set; }

    public long Left => total - Position;

    public string Hash => Convert.ToHexString(_hash.GetCurrentHash());

    /// <summary>The writer's next bytes.</summary>
    public void Make(Span<byte> bytes)
    {
        _hash.AppendData(CopyOrCompare(bytes, copies: true));
        Position += bytes.Length;
    }

    /// <summary>The reader's next bytes.</summary>
    public void Take(Span<byte> bytes)
    {
        if (bytes.Length > Left)
        {
            throw new InvalidDataException($"{bytes.Length - Left} bytes more than were written.");
        }

        _hash.AppendData(CopyOrCompare(bytes, copies: false));
        Position += bytes.Length;
    }

    public void Dispose() => _hash.Dispose();

    /// <summary>A length that no buffer has, and without the poison.</summary>
    private static byte[] MakeTape()
    {
        byte[] tape = new byte[1_048_573];
        new Random(1).NextBytes(tape);
        tape.AsSpan().Replace(PoisoningPool.Poison, (byte)1);
        return tape;
    }

    private Span<byte> CopyOrCompare(Span<byte> bytes, bool copies)
    {
        for (int done = 0; done < bytes.Length;)
        {
            long place = Position + done;
            int at = (int)((place + (seed * 7919L)) % s_tape.Length);
            int count = Math.Min(bytes.Length - done, s_tape.Length - at);
            ReadOnlySpan<byte> right = s_tape.AsSpan(at, count);
            Span<byte> part = bytes.Slice(done, count);
            if (copies)
            {
                right.CopyTo(part);
            }
            else if (part.CommonPrefixLength(right) is var good && good < count)
            {
                throw new InvalidDataException($"Byte {place + good} is {part[good]:x2}, and should be {right[good]:x2}; it was {good + done} of {bytes.Length} in one read.");
            }

            done += count;
        }

        return bytes;
    }
}
