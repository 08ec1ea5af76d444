using System.Threading.Channels;
using Liveness;

namespace DeviceGateway;

/// <summary>
/// Where losses are dealt with, one after the other and away from the connections: here a line in the log; yours may raise an alarm or send
/// somebody.
/// </summary>
internal sealed partial class LossDesk(ILogger<LossDesk> logger) : BackgroundService
{
    private readonly Channel<(LivenessConnection Connection, ConnectionLoss Loss)> _losses =
        Channel.CreateBounded<(LivenessConnection, ConnectionLoss)>(
            new BoundedChannelOptions(10_000) { FullMode = BoundedChannelFullMode.DropOldest });

    public void Hand(LivenessConnection connection, ConnectionLoss loss) => _losses.Writer.TryWrite((connection, loss));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach ((LivenessConnection connection, ConnectionLoss loss) in _losses.Reader.ReadAllAsync(stoppingToken))
        {
            LogLoss(connection.OwnId ?? connection.Description, Advice(loss), loss.Diagnosis, loss.Certainty);
        }
    }

    private static string Advice(ConnectionLoss loss) => loss.Diagnosis switch
    {
        LossDiagnosis.PeerUnresponsive => "its process hangs, or it died behind a proxy: restart it",
        LossDiagnosis.PeerHostOrPathDead or LossDiagnosis.PathDeadInbound or LossDiagnosis.PathDeadOutbound =>
            "no power or no network: look at its cable",
        LossDiagnosis.PeerClosed or LossDiagnosis.PeerRestarted => "it went away by itself: it will be back",
        LossDiagnosis.LocalNetworkDown or LossDiagnosis.WePaused => "it was us",
        _ => "look at the evidence",
    };

    [LoggerMessage(1, LogLevel.Warning, "{Device}: {Advice} ({Diagnosis}, {Certainty})")]
    private partial void LogLoss(string device, string advice, LossDiagnosis diagnosis, LossCertainty certainty);
}
