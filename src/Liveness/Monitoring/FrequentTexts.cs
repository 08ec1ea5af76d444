using System.Globalization;

namespace Liveness;

/// <summary>The most frequent of many texts, in a memory that does not grow with them: whoever sends a million different ones fills some
/// tens of places, and pushes nobody out who comes more often than that.</summary>
/// <remarks>
/// Counts of Misra and Gries: where all places are taken, a new text takes one off each. So a count is too low by what was taken off, at
/// most the number of texts divided by that of the places, and never too high.
/// </remarks>
/// <param name="places">How many are kept.</param>
internal sealed class FrequentTexts(int places)
{
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>From each that is kept, at most.</summary>
    private int _takenOff;

    public int Count => _counts.Count;

    public void Add(string text)
    {
        if (_counts.TryGetValue(text, out int count))
        {
            _counts[text] = count + 1;
        }
        else if (_counts.Count < places)
        {
            _counts[text] = 1;
        }
        else
        {
            TakeOneOffEach();
        }
    }

    /// <summary>The most frequent first, each with its count: "a 12, b 3". Where there were too many to keep, only those that surely stand
    /// out, and that there were others.</summary>
    /// <param name="most">So many at most.</param>
    public string Text(int most)
    {
        string atLeast = _takenOff > 0 ? "at least " : "";
        IEnumerable<string> frequent = _counts.Where(pair => pair.Value > _takenOff)
            .OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key, StringComparer.Ordinal).Take(most)
            .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {atLeast}{pair.Value:N0}"));
        string others = string.Create(CultureInfo.InvariantCulture, $"more than {places} that are less frequent");
        return string.Join(", ", _takenOff > 0 ? frequent.Append(others) : frequent);
    }

    private void TakeOneOffEach()
    {
        _takenOff++;
        foreach ((string text, int count) in _counts.ToArray())
        {
            if (count == 1)
            {
                _counts.Remove(text);
            }
            else
            {
                _counts[text] = count - 1;
            }
        }
    }
}
