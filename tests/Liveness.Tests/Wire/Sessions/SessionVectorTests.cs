namespace Liveness.Tests.Wire.Sessions;

/// <summary>The session vectors of the protocol page: what a peer sends, what the library answers, and how it ends.</summary>
public sealed class SessionVectorTests
{
    public static TheoryData<string> Names => new(SessionVector.All.Select(vector => vector.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_library_does_what_the_page_says(string name) => new SessionVectorRun().Play(Find(name));

    [Fact]
    public void Every_rule_of_the_session_has_a_vector_that_breaks_it() => SessionVector.All.Select(vector => vector.Rule).OfType<ProtocolRule>().Distinct()
        .Where(rule => rule >= ProtocolRule.SecondHello).Select(rule => rule.ToString())
        .Should().BeEquivalentTo(Enum.GetValues<ProtocolRule>().Where(rule => rule >= ProtocolRule.SecondHello).Select(rule => rule.ToString()));

    [Fact]
    public void Every_GOODBYE_code_has_a_vector_that_receives_it_and_every_code_of_ours_one_that_sends_it()
    {
        string[] received = [.. SessionVector.All.SelectMany(vector => vector.Steps)
            .Where(step => step.Verb == "send" && step.Words[0].StartsWith("05", StringComparison.Ordinal)).Select(step => step.Words[1])];
        foreach (GoodbyeCode code in Enum.GetValues<GoodbyeCode>())
        {
            received.Should().Contain($"{(int)code:X4}", "of {0}", code);
        }

        SessionVector.All.SelectMany(vector => vector.Steps).Where(step => step.Verb == "goodbye").Select(step => step.Words[0]).Distinct()
            .Should().BeEquivalentTo("2", "3", "4", "6", "7", "none");
    }

    [Fact]
    public void Every_section_that_a_vector_names_stands_on_the_page()
    {
        foreach (SessionVector vector in SessionVector.All)
        {
            ProtocolPage.Text.Should().MatchRegex($"(?m)^##+ {vector.Section.Replace(".", "\\.", StringComparison.Ordinal)}\\.? ", vector.Name);
        }
    }

    [Fact]
    public void No_two_vectors_have_one_name() => SessionVector.All.Should().OnlyHaveUniqueItems(vector => vector.Name);

    internal static SessionVector Find(string name) => SessionVector.All.Single(vector => vector.Name == name);
}
