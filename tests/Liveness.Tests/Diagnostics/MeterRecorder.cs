using System.Diagnostics.Metrics;

namespace Liveness.Tests;

/// <summary>
/// A meter factory of one test, and what its instruments measured. Meters of other tests, and that of the process, it does not hear.
/// </summary>
internal sealed class MeterRecorder : IMeterFactory
{
    private readonly Lock _gate = new();
    private readonly List<Meter> _meters = [];
    private readonly List<Measured> _measured = [];
    private readonly MeterListener _listener = new();

    public MeterRecorder(bool listens = true)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == this)
            {
                Failure?.Invoke(instrument.Name);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        if (listens)
        {
            Listen();
        }
    }

    /// <summary>Called with the name of an instrument when it is published and when it measures; may throw.</summary>
    public Action<string>? Failure { get; set; }

    public IReadOnlyList<Measured> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _measured];
            }
        }
    }

    public Measured[] this[string instrument] => [.. All.Where(measured => measured.Instrument == instrument)];

    public Meter Create(MeterOptions options)
    {
        Meter meter = new(new MeterOptions(options.Name) { Version = options.Version, Tags = options.Tags, Scope = this });
        lock (_gate)
        {
            _meters.Add(meter);
        }

        return meter;
    }

    /// <summary>Asks those instruments that have to be asked.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public void Listen() => _listener.Start();

    public void Dispose()
    {
        _listener.Dispose();
        _meters.ForEach(static meter => meter.Dispose());
    }

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        Failure?.Invoke(instrument.Name);
        Dictionary<string, string?> all = [];
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            all.Add(tag.Key, (string?)tag.Value);
        }

        lock (_gate)
        {
            _measured.Add(new Measured(instrument.Name, value, all));
        }
    }

    public sealed record Measured(string Instrument, double Value, IReadOnlyDictionary<string, string?> Tags)
    {
        public string TagText => string.Join(' ', Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"));
    }
}
