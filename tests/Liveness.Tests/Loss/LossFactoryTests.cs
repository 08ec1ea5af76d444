using System.Text.RegularExpressions;

namespace Liveness.Tests;

public sealed class LossFactoryTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    [Fact]
    public void Every_kind_has_a_sealed_type_of_its_own_name()
    {
        foreach (LossKind kind in Observations.AllKinds)
        {
            Type type = Create(Observations.Of(kind)).GetType();
            type.Name.Should().Be(kind.ToString());
            type.IsSealed.Should().BeTrue();
        }

        typeof(ConnectionLoss).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ConnectionLoss)))
            .Should().HaveCount(Enum.GetValues<LossKind>().Length);
    }

    [Fact]
    public void Nobody_else_can_derive_a_kind()
    {
        typeof(ConnectionLoss).GetConstructors(System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic)
            .Should().OnlyContain(constructor => constructor.IsFamilyAndAssembly);
    }

    [Fact]
    public void Error_types_are_the_names_of_the_kinds_in_snake_case()
    {
        foreach (LossKind kind in Observations.AllKinds)
        {
            Create(Observations.Of(kind)).ErrorType.Should().Be(SnakeCase(kind.ToString()));
        }
    }

    [Fact]
    public void Rules_are_named_in_snake_case_and_described()
    {
        foreach (ProtocolRule rule in Enum.GetValues<ProtocolRule>())
        {
            ProtocolViolated loss = (ProtocolViolated)Create(Observations.Of(LossKind.ProtocolViolated, rule: rule));
            loss.Rule.Should().Be(SnakeCase(rule.ToString()));
            loss.ToString().Should().StartWith($"ProtocolViolated: the peer broke rule {loss.Rule}: ");
        }
    }

    [Fact]
    public void A_loss_carries_what_was_observed()
    {
        LossEvidence evidence = new() { MissedBeats = 3 };
        IOException exception = new("broken");

        HeartbeatTimedOut loss = (HeartbeatTimedOut)Create(Observations.Of(LossKind.HeartbeatTimedOut, evidence, exception: exception));

        loss.DetectedAt.Should().Be(s_now);
        loss.Silence.Should().Be(TimeSpan.FromSeconds(2.88));
        loss.Bound.Should().Be(Observations.Bound);
        loss.Evidence.Should().BeSameAs(evidence);
        loss.Exception.Should().BeSameAs(exception);
        loss.MissedBeats.Should().Be(3);
    }

    [Fact]
    public void A_loss_reads_as_one_plain_sentence()
    {
        Create(Observations.Of(LossKind.HeartbeatTimedOut, new LossEvidence { MissedBeats = 3 })).ToString().Should().Be(
            "HeartbeatTimedOut: nothing heard for 2.88 s (bound 3 s, 3 beats missed); perhaps the peer's host or the path is dead (ambiguous)");
        Create(Observations.Of(LossKind.PeerGaveUp, goodbye: new GoodbyeFrame(GoodbyeCode.JudgedLost, "silent for 3 s"))).ToString().Should().Be(
            "PeerGaveUp: the peer judged us lost, saying \"silent for 3 s\"; the peer gave the connection up (proven)");
        Create(Observations.Of(LossKind.HandshakeFailed)).ToString().Should().Be(
            "HandshakeFailed: the peer has not started Liveness yet, or is none; nothing more is known (ambiguous)");
        Create(Observations.Of(LossKind.PeerNotLiveness, new LossEvidence { FirstBytes = "220 \"x\"\r\n"u8.ToArray() })).ToString().Should().Be(
            "PeerNotLiveness: the peer speaks another protocol, it began with \"220 \\x22x\\x22\\x0D\\x0A\"; the peer does not speak this protocol (proven)");
        Create(Observations.Of(LossKind.OutboundDead, new LossEvidence { PeerHeardUsAgo = TimeSpan.FromMilliseconds(150.4) })).ToString().Should().Be(
            "OutboundDead: the peer still sends, but says that it has heard nothing from us for 150 ms (bound 3 s); most likely the path to the peer is dead (likely)");
    }

    [Fact]
    public void The_text_of_a_loss_is_always_one_line()
    {
        foreach (LossObservation observation in Observations.AllKinds.SelectMany(Observations.ManyOf))
        {
            if (observation.Kind == LossKind.PeerGaveUp || observation.Goodbye is null)
            {
                Create(observation).ToString().Should().NotContainAny("\r", "\n", "  ").And.StartWith($"{observation.Kind}: ");
            }
        }

        Create(Observations.Of(LossKind.TransportFailed, exception: new IOException("one\r\ntwo\u2028three"))).ToString()
            .Should().Contain("one  two three");
    }

    [Fact]
    public void The_text_does_not_depend_on_the_culture()
    {
        ConnectionLoss loss = Create(Observations.Of(LossKind.HeartbeatTimedOut));
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        System.Globalization.CultureInfo comma = (System.Globalization.CultureInfo)System.Globalization.CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = comma;
            loss.ToString().Should().Contain("2.88 s");
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_peer_that_gave_up_without_a_goodbye_is_a_mistake_of_ours()
    {
        LossObservation observation = new()
        {
            Kind = LossKind.PeerGaveUp,
            Silence = TimeSpan.Zero,
            Bound = Observations.Bound,
            Evidence = new LossEvidence(),
        };

        FluentActions.Invoking(() => Create(observation)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void The_exception_says_what_the_loss_says_and_is_an_IOException()
    {
        IOException inner = new("broken");
        ConnectionLoss loss = Create(Observations.Of(LossKind.ConnectionReset, exception: inner));

        IOException exception = new ConnectionLostException(loss);

        exception.Message.Should().Be(loss.ToString());
        exception.InnerException.Should().BeSameAs(inner);
        ((ConnectionLostException)exception).Loss.Should().BeSameAs(loss);
        FluentActions.Invoking(() => new ConnectionLostException(null!)).Should().Throw<ArgumentNullException>();
    }

    private static ConnectionLoss Create(LossObservation observation) => LossFactory.Create(observation, s_now);

    private static string SnakeCase(string name) => Regex.Replace(name, "(?<!^)([A-Z])", "_$1").ToLowerInvariant();
}
