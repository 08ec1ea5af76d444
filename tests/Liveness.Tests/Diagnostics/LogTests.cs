using Microsoft.Extensions.Logging;

namespace Liveness.Tests;

public sealed class LogTests
{
    private static readonly IReadOnlyList<LoggerMessageAttribute> s_messages = LogMessages.All;

    [Fact]
    public void Every_event_has_an_id_and_a_name_of_its_own()
    {
        s_messages.Should().HaveCountGreaterThan(8);
        s_messages.Select(message => message.EventId).Should().OnlyHaveUniqueItems().And.OnlyContain(id => id > 0);
        s_messages.Select(message => message.EventName).Should().OnlyHaveUniqueItems().And.OnlyContain(name => !string.IsNullOrEmpty(name));
    }

    /// <summary>
    /// Operators filter by these. A new message is added here and to docs/diagnostics.md; a line that is here already never changes.
    /// </summary>
    [Fact]
    public void Ids_names_and_levels_are_a_contract()
    {
        s_messages.Select(message => $"{message.EventId} {message.EventName} {message.Level}").Should().Equal(
            "1 Suspect Information",
            "2 AliveAgain Information",
            "3 ConditionsChanged Information",
            "4 BoundExceedsDetectWithin Warning",
            "5 WritesFailed Debug",
            "6 KeepAliveIncomplete Warning",
            "7 SideRebuildFailed Debug",
            "8 SideRefused Warning",
            "9 SideWatchRefused Warning",
            "10 SideAcceptFailed Debug",
            "11 SideHandshakeFailed Information",
            "12 BeatSent Trace",
            "13 BeatReceived Trace",
            "14 PingFailed Debug",
            "15 PathChanged Information",
            "16 NeverStarted Warning",
            "17 WitnessRests Information",
            "18 KernelUnseen Warning",
            "19 SideMissing Warning",
            "20 ConnectionLost Warning",
            "21 CloseNotConfirmed Warning",
            "22 HandshakeLost Information",
            "23 Aborted Information",
            "24 ConnectionsLost Warning",
            "25 LossDetail Debug",
            "26 ConnectionsSuspect Information",
            "27 SuspectDetail Debug",
            "28 AliveAgainDetail Debug",
            "29 Strangers Information",
            "30 HandshakeLostDetail Debug",
            "31 SideStrangers Information",
            "32 SideHandshakeDetail Debug",
            "33 SideRefusals Warning",
            "34 SideRefusalDetail Debug",
            "40 OwnPause Information",
            "41 WorkItemThrew Error",
            "42 LinesDropped Warning",
            "43 ClockFailed Error",
            "60 HandlerThrew Error",
            "61 HandlerStillRuns Warning",
            "62 HandlerOverdue Warning",
            "80 SettingsReloaded Information",
            "81 SettingsRefused Error",
            "82 SettingsNeedRestart Warning",
            "83 SettingsInForce Information",
            "84 SettingsMissing Warning",
            "85 SettingsUnchecked Warning",
            "86 SettingsUnused Warning",
            "90 DrainBegun Information",
            "91 DrainEnded Information",
            "92 SocketNotWatched Warning",
            "93 PlainPeerServed Debug",
            "94 HttpNotWatched Warning");
    }
}
