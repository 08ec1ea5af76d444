using System.Collections.Concurrent;

namespace Liveness;

/// <summary>A <see cref="BurstLog{TEvent}"/> for each name of connections.</summary>
/// <typeparam name="TEvent">What comes.</typeparam>
/// <param name="create">For a name that is new.</param>
internal sealed class BurstLogs<TEvent>(Func<string?, BurstLog<TEvent>> create)
{
    /// <summary>Names are few; where each connection has its own, those are let go of in which nothing goes on.</summary>
    public const int MostIdle = 100;

    private readonly ConcurrentDictionary<string, BurstLog<TEvent>> _ofNames = new(StringComparer.Ordinal);

    public int Count => _ofNames.Count;

    /// <inheritdoc cref="BurstLog{TEvent}.Note"/>
    public bool Note(string? name, in TEvent one)
    {
        string key = name ?? "";
        if (!_ofNames.TryGetValue(key, out BurstLog<TEvent>? burst))
        {
            if (_ofNames.Count >= MostIdle)
            {
                LetGo();
            }

            burst = _ofNames.GetOrAdd(key, static (made, make) => make(made.Length == 0 ? null : made), create);
        }

        return burst.Note(one);
    }

    public void TellNow()
    {
        foreach (BurstLog<TEvent> burst in _ofNames.Values)
        {
            burst.TellNow();
        }
    }

    private void LetGo()
    {
        foreach ((string name, BurstLog<TEvent> burst) in _ofNames)
        {
            if (burst.IsIdle)
            {
                _ofNames.TryRemove(name, out _);
            }
        }
    }
}
