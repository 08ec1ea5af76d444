using Microsoft.CodeAnalysis;

namespace Liveness.Analyzers;

/// <summary>What is reported, each with its cure.</summary>
internal static class Rules
{
    private const string Category = "Usage";

    public static readonly DiagnosticDescriptor NeverStarted = new(
        "LIV001", "A heartbeat stream is never started",
        "'{0}' is never started: it sends no beat and notices no loss. Call StartAsync right after wrapping, or read or write the stream.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: RulePages.Of("LIV001"));

    public static readonly DiagnosticDescriptor InnerUsed = new(
        "LIV002", "What a heartbeat stream wraps is used directly",
        "'{0}' is wrapped by a HeartbeatStream, and using it directly breaks the protocol of the connection. Use {1} in its place.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: RulePages.Of("LIV002"));

    public static readonly DiagnosticDescriptor WrappedTwice = new(
        "LIV003", "A connection is wrapped twice",
        "'{0}' is wrapped already, and a second HeartbeatStream over it throws InvalidOperationException. Use the first one.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: RulePages.Of("LIV003"));

    public static readonly DiagnosticDescriptor StartInAcceptLoop = new(
        "LIV004", "An accept loop waits for a handshake",
        "The accept loop waits here for one peer's handshake and accepts nobody else until then. "
        + "Start each connection in a task of its own.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: RulePages.Of("LIV004"));

    public static readonly DiagnosticDescriptor SocketState = new(
        "LIV005", "The state of a socket is taken for the state of the peer",
        "{0} says nothing about a peer that has vanished: the socket looks connected for minutes or for ever. "
        + "Ask the Monitor of the connection.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: RulePages.Of("LIV005"));

    public static readonly DiagnosticDescriptor UnobservedEnd = new(
        "LIV006", "Nobody learns how a connection ends",
        "Nobody learns that the connection of '{0}' has ended. Handle ConnectionLost or ConnectionEnded of its Monitor, await Completion, "
        + "or use LostToken or EndedToken.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: RulePages.Of("LIV006"));

    public static readonly DiagnosticDescriptor NotDisposed = new(
        "LIV007", "A wrapper is never disposed",
        "'{0}' is never disposed: it goes on watching, and the peer gets no goodbye. Declare it with 'await using', or dispose it.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: RulePages.Of("LIV007"));

    public static readonly DiagnosticDescriptor BareDays = new(
        "LIV008", "A bare number of days in a duration",
        "{0} is set to {1} day(s), because a bare number counts days. Write {2} if you mean seconds.",
        Category, DiagnosticSeverity.Warning, isEnabledByDefault: true, helpLinkUri: RulePages.Of("LIV008"));
}
