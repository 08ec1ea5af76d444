namespace Liveness;

/// <summary>What is known of the events of one window together.</summary>
/// <typeparam name="TEvent">Of the window.</typeparam>
internal interface IBurstTally<TEvent>
{
    /// <summary>Each of the window, also those that were told one by one.</summary>
    void Add(in TEvent one);

    /// <summary>Writes the one line of all.</summary>
    /// <param name="summed">The window, closed.</param>
    void Tell(BurstCount summed);
}
