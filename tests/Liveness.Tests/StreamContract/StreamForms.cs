namespace Liveness.Tests.StreamContract;

/// <summary>Which forms there are, and the only differences between them that the suite knows. Everything else holds for all.</summary>
/// <remarks>
/// Where a heartbeat stream differs from <see cref="System.Net.Sockets.NetworkStream"/> it does so on purpose:
/// <list type="bullet">
/// <item>A second read while one is pending is refused with <see cref="InvalidOperationException"/>; SslStream throws
/// NotSupportedException, NetworkStream queues it, and nobody knows which of them gets which bytes.</item>
/// <item>A pending read that a local dispose ends fails with <see cref="ObjectDisposedException"/>; on a NetworkStream with an IOException
/// of the aborted socket. An IOException of ours means the connection, and a dispose says nothing about that.</item>
/// <item>A pending write goes before a local dispose, as long as the peer takes it: what the peer reads before an end in good order is
/// whole. A NetworkStream leaves a part of it behind.</item>
/// <item>Writes at once are each whole, in the order of their calls; a NetworkStream takes them, too, and may mix large ones.</item>
/// <item>Flush throws once the connection has ended, and after dispose; a NetworkStream has nothing to flush and never throws. Ours may
/// hold bytes back, and says when they did not leave.</item>
/// <item>A write is refused at once after the peer's orderly close; a NetworkStream accepts the first and fails later. The peer has said
/// that it takes nothing more.</item>
/// <item>A cancelled write has sent a beginning of its bytes, and finishes the frame that was begun; the connection stays usable. So does
/// a NetworkStream; an SslStream does not survive it.</item>
/// <item>Dispose waits for the peer to have everything; a NetworkStream leaves that to the kernel.</item>
/// </list>
/// A link in memory stands in for a NetworkStream, so it differs where that can't be told apart in memory: it has no timeouts (CanTimeout
/// is false), and takes one read and one write at a time.
/// </remarks>
internal static class StreamForms
{
    public static TheoryData<StreamForm> All => [.. Enum.GetValues<StreamForm>()];

    public static TheoryData<StreamForm> WithTimeouts => Where(CanTimeout);

    /// <summary>All but those that end in an SslStream, for what it does not keep itself: a cancelled operation breaks it, it looks at
    /// its state before its arguments,
    /// and a write of it may be awaited twice.</summary>
    public static TheoryData<StreamForm> ExceptTls => Where(form => !IsTlsOnTop(form));

    /// <summary>All that HeartbeatStream stands in front of, or is.</summary>
    public static TheoryData<StreamForm> Heartbeats => Where(IsHeartbeat);

    public static bool CanTimeout(StreamForm form) => form != StreamForm.MemoryLink;

    public static bool IsHeartbeat(StreamForm form) => form is StreamForm.HeartbeatOverSocket or StreamForm.HeartbeatOverNetworkStream
        or StreamForm.HeartbeatOverUnixSocket or StreamForm.HeartbeatOverTls or StreamForm.HeartbeatOverNamedPipe
        or StreamForm.HeartbeatOverAnonymousPipes or StreamForm.HeartbeatOverMemory or StreamForm.HeartbeatOverHeartbeat
        or StreamForm.AttachedInBand;

    public static bool IsTlsOnTop(StreamForm form) =>
        form is StreamForm.SslStream or StreamForm.TlsOverHeartbeat or StreamForm.AttachedByKernelOverTls;

    /// <summary>Its tasks are made by .NET's pooling method builder: a result that is fetched twice throws there, too, but also gives the
    /// task's box back twice,
    /// and two later operations of the process share it.</summary>
    public static bool IsPooled(StreamForm form) => IsTlsOnTop(form) || form is StreamForm.AttachedByKernel;

    /// <returns>What a second read is refused with while one is pending; null = it waits for its turn.</returns>
    public static Type? RefusalOfSecond(StreamForm form) => IsTlsOnTop(form) ? typeof(NotSupportedException)
        : IsHeartbeat(form) || form == StreamForm.MemoryLink ? typeof(InvalidOperationException) : null;

    private static TheoryData<StreamForm> Where(Func<StreamForm, bool> condition) => [.. Enum.GetValues<StreamForm>().Where(condition)];
}
