namespace Liveness.SideChannel;

internal static class SideRuleText
{
    /// <summary>What breaking the rule means, in plain words.</summary>
    public static string Of(SideRule rule) => rule switch
    {
        SideRule.None => "no rule was named",
        SideRule.UnknownMessageType => "a side message of a type that no version knows",
        SideRule.MessageTooLong => "a side message longer than any may be",
        SideRule.MessageLength => "a side message of impossible length",
        SideRule.AskCount => "a question about an impossible number of connections",
        SideRule.AnswerValue => "an answer that no version knows",
        SideRule.AnswerCounts => "byte counts of a connection that is not watched",
        SideRule.UnwatchReason => "an unknown reason to stop watching",
        SideRule.RefusedReason => "an unknown reason to refuse a watch",
        _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, null),
    };
}
