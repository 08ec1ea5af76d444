using System.Diagnostics;
using System.Diagnostics.Metrics;
using Liveness.Diagnostics;

namespace Liveness.Tests.Diagnostics;

/// <summary>A number of a loss leads to the connection by the trace that is current when it is measured, and by no tag.</summary>
public sealed class LossTraceTests : IDisposable
{
    /// <summary>Of this test's own: others measure losses meanwhile.</summary>
    private readonly string _ownId = $"meter {Guid.NewGuid():N}";

    private readonly List<ActivityListener> _listeners = [];

    [Fact]
    public void What_a_loss_is_measured_by_is_measured_inside_of_its_trace()
    {
        Listen(static _ => { });
        Dictionary<string, Activity?> current = [];
        Dictionary<string, string> tags = [];
        using MeterRecorder recorder = new();
        using MeterListener exemplars = new();
        exemplars.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == LivenessMeter.Name && instrument.Meter.Scope == recorder)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        exemplars.SetMeasurementEventCallback<long>((instrument, _, ofMetric, _) => Note(instrument, ofMetric));
        exemplars.SetMeasurementEventCallback<double>((instrument, _, ofMetric, _) => Note(instrument, ofMetric));
        ConnectionMetrics metrics = ConnectionMetrics.For(recorder, "devices", ConnectionMode.InBand, TimeProvider.System);
        exemplars.Start();

        metrics.End(metrics.Begin(), MonitorFixture.NewLoss(), new ConnectionLabel("192.0.2.7:5", 17, "devices", _ownId));

        foreach (string instrument in (string[])[LivenessMeter.ConnectionLosses, LivenessMeter.LossDetectionDuration, LivenessMeter.ConnectionDuration])
        {
            Activity trace = current[instrument]!;
            trace.OperationName.Should().Be(LivenessActivities.ConnectionLost);
            trace.Source.Name.Should().Be(LivenessActivities.SourceName);
            trace.GetTagItem("liveness.connection.own_id").Should().Be(_ownId);
            trace.GetTagItem("liveness.connection.id").Should().Be(17L);
            trace.GetTagItem("error.type").Should().Be("connection_reset");
            trace.GetTagItem("liveness.incident.id").Should().Be("cafe");
            tags[instrument].Should().NotContain(_ownId, "no metric ever has such a tag");
        }

        Activity.Current.Should().BeNull("it ends with the measuring");

        void Note(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> ofMetric)
        {
            current[instrument.Name] = Activity.Current;
            tags[instrument.Name] = string.Join(' ', ofMetric.ToArray());
        }
    }

    [Fact]
    public void Where_nobody_listens_there_is_none_and_a_listener_that_throws_costs_nothing()
    {
        using MeterRecorder recorder = new();
        ConnectionMetrics metrics = ConnectionMetrics.For(recorder, "devices", ConnectionMode.InBand, TimeProvider.System);
        Listen(static _ => throw new InvalidOperationException("a listener of traces"));

        metrics.End(metrics.Begin(), MonitorFixture.NewLoss(), new ConnectionLabel(null, null, null, _ownId));

        recorder[LivenessMeter.ConnectionLosses].Should().ContainSingle();
        recorder[LivenessMeter.LossDetectionDuration].Should().ContainSingle();
    }

    public void Dispose() => _listeners.ForEach(static listener => listener.Dispose());

    private void Listen(Action<Activity> started)
    {
        ActivityListener listener = new()
        {
            ShouldListenTo = static source => source.Name == LivenessActivities.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = started,
        };
        _listeners.Add(listener);
        ActivitySource.AddActivityListener(listener);
    }
}
