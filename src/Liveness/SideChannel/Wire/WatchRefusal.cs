namespace Liveness.SideChannel;

/// <summary>Why a single watch was refused.</summary>
internal enum WatchRefusal : byte
{
    TooManyWatches = 1,
    IdInUse = 2,
}
