namespace Liveness.Benchmarks;

/// <summary>One thing that is measured of every stack.</summary>
internal interface ICell
{
    string Name { get; }

    /// <summary>Into how many shorter parts a round's time is cut, each of them a round of its own.</summary>
    int Slices { get; }

    /// <summary>While it runs nothing else does. Leaves nothing under way.</summary>
    Task MeasureAsync(Connection connection, TimeSpan duration, CellResults results);
}
