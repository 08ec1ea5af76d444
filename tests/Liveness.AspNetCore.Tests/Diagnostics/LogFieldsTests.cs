using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Liveness.AspNetCore.Tests.Diagnostics;

/// <summary>The lines of this package say which, as those of the library do.</summary>
public sealed class LogFieldsTests
{
    private static readonly string[] s_which = ["RemoteEndPoint", "ConnectionId", "ConnectionName", "OwnId"];
    private static readonly string[] s_ofLoss = ["Diagnosis", "Certainty", "ErrorType"];

    private static readonly MethodInfo[] s_methods =
    [
        .. typeof(ILivenessConnectionFeature).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(static method => method.GetCustomAttribute<LoggerMessageAttribute>() is not null)
            .OrderBy(static method => Of(method).EventId),
    ];

    [Fact]
    public void Ids_names_and_levels_are_a_contract() =>
        s_methods.Select(static method => $"{Of(method).EventId} {Of(method).EventName} {Of(method).Level}").Should().Equal(
            "100 ConnectionNotAttached Debug",
            "101 ApplicationMetLoss Debug",
            "102 ApplicationMetAbort Debug",
            "103 HealthSettingsRefused Error",
            "104 OwnIdRefused Warning");

    [Fact]
    public void A_line_about_one_connection_has_the_fields_that_say_which()
    {
        // 103 is about the settings of a check.
        foreach (LoggerMessageAttribute message in s_methods.Select(Of).Where(static message => message.EventId != 103))
        {
            s_which.Should().OnlyContain(field => message.Message.Contains($"{{{field}}}"), message.EventName);
        }
    }

    [Fact]
    public void A_line_about_a_loss_has_diagnosis_certainty_and_error_type_as_fields()
    {
        MethodInfo[] ofLosses =
            [.. s_methods.Where(static method => method.GetParameters().Any(static one => one.ParameterType == typeof(ConnectionLoss)))];

        ofLosses.Should().NotBeEmpty();
        s_ofLoss.Should().OnlyContain(field => ofLosses.All(method => Of(method).Message.Contains($"{{{field}}}")));
    }

    private static LoggerMessageAttribute Of(MethodInfo method) => method.GetCustomAttribute<LoggerMessageAttribute>()!;
}
