namespace Liveness.Tests.ForeignCode;

/// <summary>The rule for code of others, held over the compiled code: whoever calls such code has a net, and a lane or a reason.</summary>
public sealed class ForeignCallsTests
{
    private const string OwnDelegate = "the delegate is our own";
    private const string InLane = "in a lane, under ForeignCode.Call";
    private const string Guarded = "the clock has its guard, or is the system's";
    private const string TheGuard = "this is the guard";
    private const string CallersOwn = "in the caller's own call, as documented: what it throws is thrown at the caller";
    private const string OwnToken = "nobody else has the token: callbacks are the framework's";

    /// <summary>Who calls what, and why that may be.</summary>
    private static readonly Dictionary<string, string> s_allowed = new(StringComparer.Ordinal)
    {
        ["AwaitedReceive.Stop: callbacks of a token"] = "in a lane where the stream is not ours; its one caller has a net of its own",
        ["BlockingCalls.Read: callbacks of a token"] = OwnToken,
        ["BurstLogs`1.Note: a delegate"] = OwnDelegate,
        ["Burst`1.Begin: a delegate"] = OwnDelegate,
        ["ClockReplacement.ctor: a clock"] = Guarded,
        ["ClockReplacement.get_Timestamp: a clock"] = Guarded,
        ["ConnectionListeners.Tell: a delegate"] = "our own, under ForeignCode.Call, which has the net for the listener",
        ["ConnectionMonitor.Cancelled: callbacks of a token"] = OwnToken,
        ["ConnectionMonitor.ReplaceOwnId: a delegate"] = OwnDelegate,
        ["ConnectionMonitor.TryEnd: a delegate"] = OwnDelegate,
        ["CutOff.Now: a delegate"] = InLane,
        ["DetailLogger.WriteAll: a logger"] = "under GuardedLogger.Write",
        ["Detached.CreateTimer: a clock"] = Guarded,
        ["Detached.Run: a delegate"] = OwnDelegate,
        ["EndWork.CancelEnded: callbacks of a token"] = InLane,
        ["EndWork.CancelLost: callbacks of a token"] = InLane,
        ["ForeignCall.Execute: a delegate"] = "what a lane runs; ForeignThreads has the net",
        ["ForeignCode.Begin: a delegate"] = TheGuard,
        ["ForeignCode.Call: a delegate"] = TheGuard,
        ["ForeignCode.MessageOf: a text of an exception"] = TheGuard,
        ["GuardedLogger.Write: a delegate"] = TheGuard,
        ["GuardedTimeProvider.Fail: a clock"] = "only its type is asked for",
        ["GuardedTimeProvider.GetTimestamp: a clock"] = TheGuard,
        ["GuardedTimeProvider.GetUtcNow: a clock"] = TheGuard,
        ["GuardedTimeProvider.ctor: a clock"] = TheGuard,
        ["GuardedTimer.OnInner: a delegate"] = OwnDelegate,
        ["GuardedTimer.OnReplacement: a delegate"] = OwnDelegate,
        ["GuardedTimer.ctor: a clock"] = TheGuard,
        ["HandedSocket.Begin: a text of an exception"] = "of our own, or of the framework's",
        ["HandedSocket.Execute: a text of an exception"] = "of our own",
        ["HandedSockets.Add: a delegate"] = InLane,
        ["HandlerCall.Invoke: a delegate"] = InLane,
        ["HandlerRemoval.Dispose: a delegate"] = OwnDelegate,
        ["HandlerStay.Call: a delegate"] = "of a handler, under ForeignCode.Call",
        ["HandlerContext.Post: a delegate"] = "under ForeignCode.Call, on the pool as what follows any await",
        ["HostTable.ReadIfOld: a clock"] = Guarded,
        ["HttpAttaching.AttachAsync: a delegate"] = CallersOwn,
        ["HttpAttaching.ConnectAsync: a delegate"] = CallersOwn,
        ["HttpAttaching.FilterAsync: a delegate"] = CallersOwn,
        ["InBandEnd.FixNeedsLock: a clock"] = Guarded,
        ["Instant.Now: a clock"] = Guarded,
        ["KeepAliveApplier.Carry: a text of an exception"] = "a SocketException of the framework's",
        ["KeepAliveApplier.UndoWhereRequired: a text of an exception"] = "a SocketException of the framework's",
        ["KeepAliveChange.TryApply: a delegate"] = OwnDelegate,
        ["KernelLimits.Parse: a delegate"] = OwnDelegate,
        ["KnownAddresses.WasThere: a delegate"] = OwnDelegate,
        ["LentSocketAttachment.CutOffNow: a delegate"] = InLane,
        ["LivenessConnection.ctor: a clock"] = Guarded,
        ["LivenessFactory.ctor: a delegate"] = OwnDelegate,
        ["LivenessMetrics.Advised: a delegate"] = OwnDelegate,
        ["LivenessMetrics.Add: an instrument"] = TheGuard,
        ["LivenessMetrics.For: a meter"] = "under Guarded",
        ["LivenessMetrics.Guarded: a delegate"] = TheGuard,
        ["LivenessMetrics.Histogram: a meter"] = "under Guarded",
        ["LivenessMetrics.Record: an instrument"] = TheGuard,
        ["LivenessMetrics.ctor: a meter"] = "under Guarded",
        ["LocalNetwork.IsDown: a delegate"] = OwnDelegate,
        ["LocalNetwork.ReadShared: a clock"] = Guarded,
        ["LogMessage`1.Write: a delegate"] = "the message's own text, made by the logger that is called",
        ["LogMessage`1.Write: a logger"] = "under GuardedLogger.Write",
        ["LogQuestion.Write: a delegate"] = OwnDelegate,
        ["LogQuestion.Write: a logger"] = "under GuardedLogger.Write",
        ["LossLedger.ctor: a clock"] = Guarded,
        ["MonitoredStream.Dispose: a delegate"] = OwnDelegate,
        ["MonitoredStream.DisposeAsync: a delegate"] = OwnDelegate,
        ["MonitoredStream.ThrowIfLost: a delegate"] = OwnDelegate,
        ["NamedLiveness.Read: a delegate"] = "validators: in a lane at a change, in the caller's own call at the start",
        ["NetworkSubscription.Execute: a delegate"] = OwnDelegate,
        ["PeekedFirstBytes.LookAsync: callbacks of a token"] = OwnToken,
        ["PeerLostEvent.Call: a delegate"] = InLane,
        ["PingCall.Execute: a delegate"] = "sendProbe: in a lane, and its failure is an answer",
        ["PingConnection.CancelPing: callbacks of a token"] = "in a lane, with a net of its own",
        ["PingConnection.Execute: a delegate"] = OwnDelegate,
        ["PingSession.Lose: a clock"] = Guarded,
        ["QueuedAction.Execute: a delegate"] = OwnDelegate,
        ["Setting`1.IsSame: a delegate"] = OwnDelegate,
        ["Setting`1.Text: a delegate"] = OwnDelegate,
        ["Setting`1.TrySet: a delegate"] = OwnDelegate,
        ["DurationText.Cure: a delegate"] = OwnDelegate,
        ["TextForm.Parse: a delegate"] = OwnDelegate,
        ["SideChannelClient.DisposeAsync: callbacks of a token"] = OwnToken,
        ["SideChannelListener.DisposeAsync: callbacks of a token"] = OwnToken,
        ["SideChannelPool.CloseAsync: callbacks of a token"] = OwnToken,
        ["SilentSessions.CollectDueNeedsLock: a delegate"] = OwnDelegate,
        ["SilentSessions.NoteNeedsLock: a delegate"] = OwnDelegate,
        ["SocketAttachment.EndAsync: a delegate"] = OwnDelegate,
        ["SocketAttachment.Watched: a delegate"] = OwnDelegate,
        ["SocketErrorTable.Any: a delegate"] = OwnDelegate,
        ["SocketLooks.End: a clock"] = Guarded,
        ["StateLog.Execute: a delegate"] = OwnDelegate,
        ["StreamFirstBytes.LeaveAsync: callbacks of a token"] = "the token of a read that a stream of others has: it is awaited with a bound",
        ["StreamTransport.Abort: a delegate"] = "in a lane, with a net where it is called",
        ["StrangerTally.Tell: a delegate"] = OwnDelegate,
        ["SystemNetworkEvents.OnAddressChanged: a delegate"] = OwnDelegate,
        ["SystemNetworkEvents.OnAvailabilityChanged: a delegate"] = OwnDelegate,
        ["TcpKeepAlive.CreateConnectCallback: a delegate"] = CallersOwn,
        ["TcpKeepAliveKeywords.ctor: a delegate"] = OwnDelegate,
        ["TcpKeepAliveSocketExtensions.AcceptWithTcpKeepAliveAsync: a delegate"] = CallersOwn,
        ["TimeLimit.Execute: callbacks of a token"] = OwnToken,
        ["TransportRelease.PartAsync: callbacks of a token"] = OwnToken,
        ["WatchJudge.Judge: a delegate"] = OwnDelegate,
        ["WatchSet.Change: a delegate"] = OwnDelegate,
        ["WatchSet.Read: a delegate"] = OwnDelegate,
        ["WatchWork.Lose: a clock"] = Guarded,
        ["WorkQueue.Guard: a logger"] = "a factory makes it under GuardedLogger.Write",
    };

    [Fact]
    public void Code_of_others_is_called_where_there_is_a_net_and_nowhere_else()
    {
        // The generated messages take a guard: GuardedLoggerTests.
        IReadOnlyCollection<string> all = ForeignCalls.In(typeof(ConnectionMonitor).Assembly);
        string[] found = [.. all.Where(static call => !LogMessages.Classes.Contains(call.Split('.')[0]))];

        found.Except(s_allowed.Keys).Should().BeEmpty("who calls code of others goes through ForeignCode, or stands here with a reason");
        s_allowed.Keys.Except(found).Should().BeEmpty("the list holds what there is");
    }
}
