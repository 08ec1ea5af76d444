using System.Diagnostics.CodeAnalysis;

namespace Liveness;

/// <summary>
/// Which of many events of one kind are told one by one, and when the others are summed up. Pure: it knows no clock and no log.
/// </summary>
/// <typeparam name="TEvent">What comes.</typeparam>
/// <param name="rule">How many are many.</param>
/// <param name="newTally">For each window.</param>
internal sealed class Burst<TEvent>(BurstRule rule, Func<IBurstTally<TEvent>> newTally)
{
    private IBurstTally<TEvent>? _tally;
    private Instant _first;
    private Instant _last;
    private int _all;
    private int _held;

    /// <summary>It goes on from a window that was closed for its length.</summary>
    private bool _goesOn;

    /// <summary>When <see cref="TryClose"/> gives the summary; never where nothing is held.</summary>
    public Instant Due => _held == 0 ? Instant.Never : End;

    /// <summary>Nothing is held, and the window is over.</summary>
    public bool IsIdle(Instant now) => _held == 0 && now >= End;

    private Instant End => _all == 0 ? new Instant(long.MinValue) : Instant.Min(_last + rule.Quiet, _first + rule.Longest);

    /// <summary>An event has come.</summary>
    /// <param name="one">That event.</param>
    /// <param name="now">The moment; one that is a little older than the last was counts as that.</param>
    /// <returns>True = it is to be told by a line of its own, now; false = it is in the summary. Close what is due before.</returns>
    public bool Note(in TEvent one, Instant now)
    {
        if (_held == 0 && now >= End)
        {
            Begin(now);
        }

        _last = Instant.Max(_last, now);
        _all++;
        _tally!.Add(one);
        if (!_goesOn && _all <= rule.OneByOne)
        {
            return true;
        }

        _held++;
        return false;
    }

    /// <summary>The summary, once it is due.</summary>
    /// <param name="now">The moment; <see cref="Instant.Never"/> = whatever is held, for the program ends.</param>
    /// <param name="tally">What they were.</param>
    /// <param name="count">How many.</param>
    public bool TryClose(Instant now, [NotNullWhen(true)] out IBurstTally<TEvent>? tally, out BurstCount count)
    {
        (tally, count) = (null, default);
        if (_held == 0 || now < End)
        {
            return false;
        }

        tally = _tally!;
        count = new BurstCount(_all, _held, _last - _first);
        bool wasCut = _first + rule.Longest <= _last + rule.Quiet;
        _goesOn = rule.GoesOn && wasCut && now != Instant.Never;
        (_all, _held) = (0, 0);
        return true;
    }

    private void Begin(Instant now)
    {
        // Behind a window that was closed for its length, but not right behind it.
        _goesOn = _goesOn && _all == 0 && now - _last <= rule.Quiet;
        (_tally, _first, _last, _all) = (newTally(), now, now, 0);
    }
}
