using System.Diagnostics;

namespace Liveness;

/// <summary>
/// The losses of a factory: the newest with their evidence, more of them in brief, and of all of them how many there were.
/// </summary>
/// <param name="timeProvider">The clock; guarded.</param>
internal sealed class LossLedger(TimeProvider timeProvider)
{
    public const int MostRecorded = 100;

    /// <summary>Recorded ones included. The copy of so many references is no large object yet.</summary>
    public const int MostKept = 10_000;

    private readonly Lock _gate = new();
    private readonly DateTimeOffset _since = timeProvider.GetUtcNow();

    /// <summary>Under the lock.</summary>
    private readonly Queue<RecordedLoss> _recorded = [];

    /// <summary>Under the lock. Those before them.</summary>
    private readonly Queue<LossSummary> _older = [];

    /// <summary>Under the lock. By diagnosis.</summary>
    private readonly Dictionary<LossDiagnosis, long> _counts = [];

    /// <summary>Under the lock. Of now; null = nobody has asked since the newest loss.</summary>
    private LossHistory? _history;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<RecordedLoss> Recorded
    {
        get
        {
            lock (_gate)
            {
                return [.. _recorded.Reverse()];
            }
        }
    }

    /// <summary>One copy for all who ask until the next loss: a status page asks every few seconds.</summary>
    public LossHistory History
    {
        get
        {
            lock (_gate)
            {
                return _history ??= CopyNeedsLock();
            }
        }
    }

    public void Add(RecordedLoss record)
    {
        lock (_gate)
        {
            _counts[record.Diagnosis] = _counts.GetValueOrDefault(record.Diagnosis) + 1;
            _recorded.Enqueue(record);
            _history = null;
            if (_recorded.Count <= MostRecorded)
            {
                return;
            }

            // The evidence is most of a loss, and nobody can ask for it from here on.
            _older.Enqueue(new LossSummary(_recorded.Dequeue()));
            if (_older.Count > MostKept - MostRecorded)
            {
                _older.Dequeue();
            }
        }
    }

    private LossHistory CopyNeedsLock()
    {
        Debug.Assert(_gate.IsHeldByCurrentThread, "The caller holds the lock.");
        LossSummary[] newest = new LossSummary[_older.Count + _recorded.Count];
        _older.CopyTo(newest, 0);
        int next = _older.Count;
        foreach (RecordedLoss record in _recorded)
        {
            newest[next++] = record;
        }

        Array.Reverse(newest);
        return new LossHistory(_since, new Dictionary<LossDiagnosis, long>(_counts).AsReadOnly(), newest.AsReadOnly());
    }
}
