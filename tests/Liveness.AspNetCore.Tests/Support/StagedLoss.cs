using System.Globalization;
using System.Net.Sockets;
using System.Reflection;
using Liveness.KeepAlive;

namespace Liveness.AspNetCore.Tests;

/// <summary>Losses of a moment that the test says: what was lost in one second belongs together.</summary>
internal static class StagedLoss
{
    /// <summary>The peer's host or the path to it is dead.</summary>
    public static ConnectionLoss Silent(DateTimeOffset detectedAt, string? incidentId = null) => LossFactory.Create(
        new LossObservation
        {
            Kind = LossKind.HeartbeatTimedOut,
            Silence = TimeSpan.FromSeconds(2.94),
            Bound = TimeSpan.FromSeconds(3),
            Evidence = new LossEvidence { IncidentId = incidentId, MissedBeats = 9, UnansweredProbes = 2, RoundTrip = TimeSpan.FromMilliseconds(1.4) },
        },
        detectedAt);

    /// <summary>The peer closed it.</summary>
    public static ConnectionLoss Reset(DateTimeOffset detectedAt) => LossFactory.Create(
        new LossObservation
        {
            Kind = LossKind.ConnectionReset,
            Silence = TimeSpan.FromSeconds(0.3),
            Bound = TimeSpan.FromSeconds(3),
            Evidence = new LossEvidence { SocketError = SocketError.ConnectionReset },
        },
        detectedAt);

    /// <summary>Everything that can be measured, measured.</summary>
    public static LossEvidence AllEvidence()
    {
        LossEvidence evidence = new();
        foreach (PropertyInfo property in typeof(LossEvidence).GetProperties())
        {
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            property.SetValue(evidence, type == typeof(string) ? "x"
                : type == typeof(TimeSpan) ? TimeSpan.FromSeconds(1)
                : type == typeof(ReadOnlyMemory<byte>) ? new ReadOnlyMemory<byte>([1, 2])
                : type == typeof(TcpInfoSnapshot) ? new TcpInfoSnapshot()
                : type.IsEnum ? Enum.ToObject(type, 0)
                : Convert.ChangeType(1, type, CultureInfo.InvariantCulture));
        }

        return evidence;
    }
}
