namespace Liveness.Tests.Simulation;

/// <summary>A write or flush that the application has begun.</summary>
/// <param name="Task">Its own.</param>
/// <param name="Buffer">What it lends.</param>
/// <param name="Number">On the tape; null = a flush.</param>
/// <param name="Cancel">Of it alone.</param>
internal sealed record StreamInterleavingsWrite(Task Task, byte[] Buffer, int? Number, CancellationTokenSource Cancel);
