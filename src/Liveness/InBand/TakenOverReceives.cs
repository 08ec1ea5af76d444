namespace Liveness;

/// <summary>What is known where a blocked thread of the application has taken the receiving over: few connections ever need it.</summary>
internal sealed class TakenOverReceives
{
    private long _fedUntil;

    /// <summary>What a wait that was left to itself has failed with: the transport tells it once. Under the lock of the
    /// connection.</summary>
    public Exception? FailureOfWait { get; set; }

    /// <summary>Until then blocked threads fetch what arrives: one of them has found what the pool had left lying. Any thread, no
    /// lock.</summary>
    public Instant FedUntil
    {
        get => new(Volatile.Read(ref _fedUntil));
        set => Volatile.Write(ref _fedUntil, value.Ticks);
    }
}
