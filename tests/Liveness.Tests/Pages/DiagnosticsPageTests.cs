using System.Diagnostics.Metrics;
using Liveness.Diagnostics;

namespace Liveness.Tests.Pages;

/// <summary>The page's tables of metrics and logs are what the code has.</summary>
public sealed class DiagnosticsPageTests
{
    private static readonly Page s_page = Page.Doc("diagnostics.md");

    [Fact]
    public void The_table_of_metrics_is_the_instruments_that_there_are()
    {
        List<string> published = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == LivenessMeter.Name && instrument.Meter.Scope is null)
            {
                published.Add($"`{instrument.Name}`|{instrument.GetType().Name.Split('`')[0]}|{instrument.Unit}|{instrument.Description}");
            }
        };
        LivenessMetrics.OfProcess.Connections(null, ConnectionMode.InBand, TimeProvider.System);
        listener.Start();

        Rows("| `liveness.").Select(row => $"{row[0]}|{row[1]}|{row[2]}|{row[4]}").Should().BeEquivalentTo(published);
        published.Should().BeEquivalentTo(published.Distinct(), "there is one meter of the process");
        typeof(LivenessMeter).GetFields().Select(field => (string)field.GetRawConstantValue()!).Where(name => name != LivenessMeter.Name)
            .Should().BeEquivalentTo(published.Select(line => line.Split('`')[1]));
    }

    [Fact]
    public void The_tags_in_the_table_are_those_that_are_measured()
    {
        using MeterRecorder recorder = new();
        ConnectionMetrics metrics = ConnectionMetrics.For(recorder, "devices", ConnectionMode.InBand, TimeProvider.System);
        metrics.End(metrics.Begin(), MonitorFixture.NewLoss(), default);
        metrics.RoundTrip(TimeSpan.FromSeconds(1));
        metrics.Probes(1);
        metrics.PathChanges(1);

        // While a connection lives, its listeners are told in a lane of their own.
        SpinWait.SpinUntil(() => recorder[LivenessMeter.PathChanges].Length == 1, TimeSpan.FromMinutes(1)).Should().BeTrue();
        Dictionary<string, string> documented = Rows("| `liveness.").ToDictionary(row => row[0].Trim('`'), row => row[3]);
        documented.Remove(LivenessMeter.LocalStallDuration, out string? ofStalls).Should().BeTrue();
        ofStalls.Should().Be("none");
        foreach (string observed in new[] { LivenessMeter.AdvisedBound, LivenessMeter.NeededBound, LivenessMeter.WatchedTime })
        {
            // Of them: AdviceMetricsTests.
            documented.Remove(observed, out string? ofAdvice).Should().BeTrue();
            ofAdvice.Should().Be("name, mode");
        }

        documented.Should().BeEquivalentTo(recorder.All.GroupBy(one => one.Instrument).ToDictionary(
            group => group.Key,
            group => string.Join(", ", group.Last().Tags.Keys.Select(Short))));
    }

    [Fact]
    public void The_table_of_logs_is_the_messages_that_there_are()
    {
        IEnumerable<string> messages = LogMessages.All.Select(message => $"{message.EventId}|`{message.EventName}`|{message.Level}");

        Rows("| ").Where(row => int.TryParse(row[0], out _) && row[1].StartsWith('`')).Select(row => $"{row[0]}|{row[1]}|{row[2]}").Should().Equal(messages);
    }

    [Fact]
    public void The_meter_is_named_where_it_says_how_to_listen()
    {
        s_page.Text.Should().Contain($"`AddMeter(\"{LivenessMeter.Name}\")`").And.Contain($"--counters {LivenessMeter.Name}`").And.Contain($"{ConnectionName.MaxLength} characters");
        foreach (ConnectionMode mode in Enum.GetValues<ConnectionMode>())
        {
            s_page.Text.Should().Contain($"`{MetricTags.Text(mode)}`");
        }
    }

    private static string Short(string tag) => tag switch
    {
        MetricTags.ConnectionName => "name",
        MetricTags.Mode => "mode",
        _ => $"`{tag}`",
    };

    private static string[][] Rows(string beginning) =>
        [.. s_page.Lines.Where(line => line.StartsWith(beginning, StringComparison.Ordinal)).Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())];
}
