using System.Diagnostics;

namespace Liveness.Diagnostics;

/// <summary>While it lasts, what is measured has a trace that says which connection it is about: exemplars lead there.</summary>
/// <remarks>Listeners of activities are code of others, as those of metrics are: in the same lane, and what they throw is reported as
/// theirs.</remarks>
internal readonly ref struct LossTrace
{
    private static readonly ActivitySource s_source = new(LivenessActivities.SourceName);

    private readonly LivenessMetrics _metrics;

    /// <summary>Null = nobody listens, or wants this one.</summary>
    private readonly Activity? _activity;

    /// <param name="metrics">Told what a listener throws.</param>
    /// <param name="loss">That is to be measured.</param>
    /// <param name="label">Whose it is.</param>
    public LossTrace(LivenessMetrics metrics, ConnectionLoss loss, ConnectionLabel label)
    {
        _metrics = metrics;
        try
        {
            _activity = s_source.StartActivity(LivenessActivities.ConnectionLost);
            if (_activity is { IsAllDataRequested: true })
            {
                Describe(_activity, loss, label);
            }
        }
        catch (Exception exception)
        {
            metrics.Report(exception);
        }
    }

    public void Dispose()
    {
        try
        {
            _activity?.Dispose();
        }
        catch (Exception exception)
        {
            _metrics.Report(exception);
        }
    }

    /// <summary>A tag that is null is none.</summary>
    private static void Describe(Activity activity, ConnectionLoss loss, ConnectionLabel label)
    {
        activity.SetTag("liveness.connection.own_id", label.OwnId);
        activity.SetTag("liveness.connection.id", label.Id);
        activity.SetTag(MetricTags.ConnectionName, label.Name);
        activity.SetTag("network.peer.address", label.Remote);
        activity.SetTag(MetricTags.ErrorType, loss.ErrorType);
        activity.SetTag(MetricTags.Diagnosis, MetricTags.Text(loss.Diagnosis));
        activity.SetTag("liveness.certainty", loss.Certainty.ToString());
        activity.SetTag("liveness.incident.id", loss.Evidence.IncidentId);
        activity.SetStatus(ActivityStatusCode.Error, loss.ErrorType);
    }
}
