using System.Collections;

namespace Liveness;

/// <summary>Everything that is wrong with a set of options.</summary>
internal sealed class OptionsFailures : IReadOnlyList<OptionsFailure>
{
    private readonly List<OptionsFailure> _failures = [];

    public int Count => _failures.Count;

    public OptionsFailure this[int index] => _failures[index];

    /// <param name="property">Its path.</param>
    /// <param name="value">What it is.</param>
    /// <param name="message">Written in the same way in every culture.</param>
    public void Add(string property, object? value, ref InvariantText message) =>
        AddText(property, value, message.Take());

    /// <inheritdoc cref="Add"/>
    public void AddText(string property, object? value, string message) => _failures.Add(new OptionsFailure(property, value, message));

    /// <summary>Those of a part of the options.</summary>
    /// <param name="path">Of the part; it begins every message, too.</param>
    public void AddPart(string path, IEnumerable<OptionsFailure> failures)
    {
        foreach (OptionsFailure failure in failures)
        {
            AddText($"{path}.{failure.Property}", failure.Value, $"{path}.{failure.Message}");
        }
    }

    public void CheckTimeProvider(TimeProvider? timeProvider)
    {
        if (timeProvider is null)
        {
            AddText("TimeProvider", null, "TimeProvider is null. Leave it at its default, TimeProvider.System.");
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">There is one at least; the message is that of all.</exception>
    public void ThrowIfAny()
    {
        if (Count > 0)
        {
            OptionsFailure first = _failures[0];
            throw new ArgumentOutOfRangeException(
                $"options.{first.Property}", first.Value, string.Join(" ", this.Select(one => one.Message)));
        }
    }

    public IEnumerator<OptionsFailure> GetEnumerator() => _failures.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
