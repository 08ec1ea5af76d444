using System.Diagnostics.Metrics;
using Liveness.Diagnostics;

namespace Liveness.Tests.Advice;

/// <summary>Whoever collects metrics gets the advice of each name and mode, once there is one.</summary>
public sealed class AdviceMetricsTests
{
    [Fact]
    public void The_advice_of_each_name_is_a_metric_with_its_name_and_mode()
    {
        using MeterRecorder recorder = new();
        Watch(recorder, "devices", ConnectionMode.InBand, TimeSpan.FromHours(30), TimeSpan.FromSeconds(0.9));
        Watch(recorder, "new", ConnectionMode.InBand, TimeSpan.FromMinutes(30), TimeSpan.FromSeconds(0.9));
        ConnectionMetrics.For(recorder, "cameras", ConnectionMode.KernelOnly, TimeProvider.System).Begin();

        recorder.Observe();

        foreach ((string instrument, double value) in new[] { (LivenessMeter.AdvisedBound, 1.2), (LivenessMeter.NeededBound, 0.9), (LivenessMeter.WatchedTime, 108_000) })
        {
            MeterRecorder.Measured measured = recorder[instrument].Should().ContainSingle().Subject;
            measured.Value.Should().BeApproximately(value, 60 * value / 1000);
            measured.TagText.Should().Be("liveness.connection.name=devices liveness.mode=in_band");
        }
    }

    private static void Watch(IMeterFactory factory, string name, ConnectionMode mode, TimeSpan watched, TimeSpan needed)
    {
        ConnectionMetrics metrics = ConnectionMetrics.For(factory, name, mode, TimeProvider.System);
        Instant now = Instant.Now(TimeProvider.System);
        metrics.Bounds.Begin(now - watched);
        metrics.Bounds.Note(needed, now - watched);
    }
}
