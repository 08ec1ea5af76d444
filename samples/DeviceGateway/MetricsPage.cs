using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Liveness.Diagnostics;

namespace DeviceGateway;

/// <summary>The sums of the meter as text. A real gateway says AddMeter("Liveness") to OpenTelemetry instead.</summary>
internal sealed class MetricsPage : IDisposable
{
    private readonly ConcurrentDictionary<string, (long Count, double Sum)> _sums = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public MetricsPage()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == LivenessMeter.Name)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    public override string ToString() => string.Concat(
        _sums.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {Text(pair.Key, pair.Value)}\n"));

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string[] texts = new string[tags.Length];
        for (int i = 0; i < tags.Length; i++)
        {
            texts[i] = $"{tags[i].Key}={tags[i].Value}";
        }

        string key = $"{instrument.Name}{{{string.Join(',', texts)}}}{(instrument is Histogram<double> ? " mean" : "")}";
        _sums.AddOrUpdate(key, _ => (1, value), (_, sum) => (sum.Count + 1, sum.Sum + value));
    }

    private static string Text(string key, (long Count, double Sum) sum) => key.EndsWith(" mean", StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"{sum.Sum / sum.Count:0.######} of {sum.Count}")
        : sum.Sum.ToString(CultureInfo.InvariantCulture);
}
