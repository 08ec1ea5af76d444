namespace Liveness;

/// <summary>What a read finds.</summary>
internal enum ReadStatus
{
    Data,
    Pending,
    EndOfStream,
    Failed,
    Cancelled,
}
