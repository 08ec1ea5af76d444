namespace Liveness.SideChannel;

/// <summary>What the kernel shows of the data connection itself.</summary>
internal enum WitnessState : byte
{
    /// <summary>Nothing that tells.</summary>
    None,

    /// <summary>Bytes, acknowledgements or answers to probes came lately.</summary>
    Fresh,

    /// <summary>What our kernel sent, probes or data, goes unanswered.</summary>
    Failed,
}
