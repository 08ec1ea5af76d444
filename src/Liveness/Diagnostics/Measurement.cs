namespace Liveness.Diagnostics;

/// <summary>One value for the listeners of an instrument: of a histogram in seconds, of a counter a number.</summary>
internal readonly record struct Measurement(
    System.Diagnostics.Metrics.Instrument Instrument, TimeSpan Duration, long Count, KeyValuePair<string, object?>[] Tags);
