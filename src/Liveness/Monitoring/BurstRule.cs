namespace Liveness;

/// <summary>When events of one kind are many.</summary>
/// <param name="OneByOne">So many of a window are told at once, each by a line of its own.</param>
/// <param name="Quiet">The window of the others closes when none has come for so long,</param>
/// <param name="Longest">and so long after its first at the latest.</param>
/// <param name="GoesOn">What comes right behind a window that was closed for its length belongs to it: all of it is summed up.</param>
internal readonly record struct BurstRule(int OneByOne, TimeSpan Quiet, TimeSpan Longest, bool GoesOn)
{
    /// <summary>One cause ends many connections within moments: a summary that comes a second behind the last is soon enough.</summary>
    public static readonly BurstRule Storm = new(10, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), GoesOn: true);

    /// <summary>Strangers come as long as a port is open: what counts is how many they are in a minute.</summary>
    public static readonly BurstRule Strangers = new(5, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1), GoesOn: false);
}
