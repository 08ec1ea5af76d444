namespace Liveness;

/// <summary>What is handed to the transport in one go.</summary>
/// <param name="Length">In all; 0 = nothing to send.</param>
/// <param name="Gap">Where the application's own bytes are to be filled in, outside the lock.</param>
/// <param name="Lent">How many of them.</param>
internal readonly record struct Output(int Length, int Gap, int Lent);
