namespace Liveness.AspNetCore;

/// <summary>By what live connections are sorted.</summary>
internal enum ConnectionSort
{
    /// <summary>Those in trouble first, then the oldest, so that rows stay where they are.</summary>
    State = 0,

    Name,

    /// <summary>The share of the bound that is used up.</summary>
    Silence,

    RoundTrip,

    Age,
}
