using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.Diagnostics;

/// <summary>Every line says which: the fields are values of their own, for whoever searches by them.</summary>
public sealed class LogFieldsTests
{
    private const string ManyAtOnce = "it is about many connections, and names the first and the last";
    private const string SidePort = "it is about a side connection, which is nobody's data connection: EndPoint says which";
    private const string Process = "it is about this process";
    private const string OfName = "it is about the settings of a name";

    private static readonly string[] s_which = ["RemoteEndPoint", "ConnectionId", "ConnectionName", "OwnId"];
    private static readonly string[] s_ofLoss = ["Diagnosis", "Certainty", "ErrorType"];

    /// <summary>Messages that are not about one connection, and why.</summary>
    private static readonly Dictionary<int, string> s_aboutNoConnection = new()
    {
        [7] = SidePort,
        [8] = SidePort,
        [10] = SidePort,
        [11] = SidePort,
        [19] = SidePort,
        [24] = ManyAtOnce,
        [26] = ManyAtOnce,
        [29] = "it is about strangers, and names their addresses",
        [31] = "it is about strangers, and names their addresses",
        [32] = SidePort,
        [33] = "it is about strangers, and names their addresses",
        [34] = SidePort,
        [40] = Process,
        [42] = Process,
        [43] = Process,
        [80] = OfName,
        [81] = OfName,
        [82] = OfName,
        [83] = OfName,
        [84] = OfName,
        [85] = OfName,
        [86] = OfName,
        [90] = "it is about all connections of a factory",
        [91] = "it is about all connections of a factory",
    };

    public static TheoryData<string> All => [.. LogMessages.Methods.Select(static method => Of(method).EventName!)];

    [Theory]
    [MemberData(nameof(All))]
    public void A_line_about_one_connection_has_the_fields_that_say_which(string eventName)
    {
        LoggerMessageAttribute message = Of(Method(eventName));
        string[] missing = [.. s_which.Where(field => !Has(message, field))];

        if (s_aboutNoConnection.ContainsKey(message.EventId))
        {
            missing.Should().NotBeEmpty("{0} is no exception to the rule, and is to leave the list", eventName);
        }
        else
        {
            missing.Should().BeEmpty("{0} is about one connection", eventName);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_line_about_a_loss_has_diagnosis_certainty_and_error_type_as_fields(string eventName)
    {
        MethodInfo method = Method(eventName);
        if (method.GetParameters().Any(static parameter => parameter.ParameterType == typeof(ConnectionLoss)) || eventName == "ConnectionsLost")
        {
            s_ofLoss.Should().OnlyContain(field => Has(Of(method), field));
        }
    }

    [Fact]
    public void The_exceptions_are_messages_that_there_are() =>
        s_aboutNoConnection.Keys.Should().BeSubsetOf(LogMessages.All.Select(static message => message.EventId));

    private static bool Has(LoggerMessageAttribute message, string field) =>
        message.Message.Contains($"{{{field}}}", StringComparison.Ordinal);

    private static MethodInfo Method(string eventName) => LogMessages.Methods.Single(method => Of(method).EventName == eventName);

    private static LoggerMessageAttribute Of(MethodInfo method) => method.GetCustomAttribute<LoggerMessageAttribute>()!;
}
