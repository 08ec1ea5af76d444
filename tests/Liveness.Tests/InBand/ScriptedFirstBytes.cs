namespace Liveness.Tests.InBand;

/// <summary>Bytes that no wait ever finds, as behind a starved thread pool: only a look does.</summary>
internal sealed class ScriptedFirstBytes : FirstBytesSource
{
    /// <summary>Found by the first look after them.</summary>
    public byte[]? Hidden { get; set; }

    public bool? Holds { get; set; } = false;

    /// <summary>Of every wait; null = none.</summary>
    public Exception? Fails { get; set; }

    public int Looks { get; private set; }

    public override object Claimed => this;

    public override bool? MayHoldMore => Holds;

    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (Fails is { } failure)
        {
            throw failure;
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return 0;
    }

    public override ValueTask<int?> LookAsync(Memory<byte> buffer)
    {
        Looks++;
        if (Hidden is not { } hidden)
        {
            return new ValueTask<int?>((int?)null);
        }

        hidden.AsMemory(0, buffer.Length).CopyTo(buffer);
        return new ValueTask<int?>(buffer.Length);
    }

    public override void Keep(ReadOnlySpan<byte> bytes)
    {
    }
}
