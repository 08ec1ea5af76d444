using System.Buffers.Binary;

namespace Liveness.Tests.InBand;

/// <summary>Beneath TLS: notes each write and the records in it, and holds the bytes back where the test wants to let them go by
/// itself.</summary>
internal sealed class RecordTap(Stream inner) : Stream
{
    private const int RecordHeader = 5;

    /// <summary>TLS 1.3 with AES-GCM: header, the content's type and the tag.</summary>
    public const int Sealing = RecordHeader + 1 + 16;

    /// <summary>The lengths of what the records of each write carry.</summary>
    public List<int[]> Writes { get; } = [];

    public IEnumerable<int> Records => Writes.SelectMany(write => write);

    /// <summary>What is written goes here instead; null = on.</summary>
    public List<byte>? Held { get; set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Writes.Add([.. RecordsOf(buffer)]);
        if (Held is null)
        {
            return inner.WriteAsync(buffer, cancellationToken);
        }

        Held.AddRange(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static IEnumerable<int> RecordsOf(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > RecordHeader)
        {
            int length = RecordHeader + BinaryPrimitives.ReadUInt16BigEndian(bytes.Span[3..]);
            yield return length - Sealing;
            bytes = bytes[length..];
        }
    }
}
