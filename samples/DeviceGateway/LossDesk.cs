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
            LogLoss(connection.Description, Advice(loss), loss.Diagnosis, loss.Certainty);
        }
    }

    private static string Advice(ConnectionLoss loss) => loss.Diagnosis switch
    {
        Diagnosis.PeerUnresponsive => "its process hangs, or it died behind a proxy: restart it",
        Diagnosis.PeerHostOrPathDead or Diagnosis.PathDeadInbound or Diagnosis.PathDeadOutbound =>
            "no power or no network: look at its cable",
        Diagnosis.PeerClosed or Diagnosis.PeerRestarted => "it went away by itself: it will be back",
        Diagnosis.LocalNetworkDown or Diagnosis.WePaused => "it was us",
        _ => "look at the evidence",
    };

    [LoggerMessage(1, LogLevel.Warning, "Device {Device}: {Advice} ({Diagnosis}, {Certainty})")]
    private partial void LogLoss(string device, string advice, Diagnosis diagnosis, Certainty certainty);
}
