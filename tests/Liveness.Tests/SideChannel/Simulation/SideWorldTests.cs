using System.Net.NetworkInformation;
using Liveness.SideChannel;

namespace Liveness.Tests;

public sealed class SideWorldTests
{
    private const int Connections = 50;

    public static TheoryData<double> Targets => new() { 1, 4, 10 };

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_side_path_that_is_cut_alone_loses_nobody_and_is_reported_and_rebuilt(double t)
    {
        SideWorld world = Started(t);
        world.SidePathIsUp = false;
        world.Run(20 * world.T);

        world.Losses.Should().BeEmpty();
        Conditions(world).Should().OnlyContain(conditions => conditions == (ConnectionConditions.SideDown | ConnectionConditions.Unvouched));
        world.SidePathIsUp = true;
        world.Run(TimeSpan.FromSeconds(3));
        Conditions(world).Should().OnlyContain(conditions => conditions == ConnectionConditions.None);
        world.Losses.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_data_path_that_is_cut_alone_loses_its_own_connection_only(double t)
    {
        SideWorld world = Started(t);
        List<SideSimConnection> cut = world.Connections[..10];
        Instant at = world.Now;
        foreach (SideSimConnection connection in cut)
        {
            connection.PathIsUp = false;
            connection.Client.Write(1000, world.Now);
        }

        world.Run(4 * world.Plan.Bound);

        world.Losses.Should().OnlyContain(loss => cut.Contains(loss.Connection) && loss.Kind == LossKind.KeepAliveTimedOut);
        world.Losses.Should().OnlyContain(loss => loss.Certainty == (loss.Facts.DeadDirection == LossDiagnosis.Unknown ? LossCertainty.Ambiguous : LossCertainty.Likely), "a direction that no count shows is a guess");
        world.Losses.Where(loss => loss.AtClient).Should().HaveCount(10).And.OnlyContain(loss => loss.Diagnosis == LossDiagnosis.PathDeadOutbound && loss.Certainty == LossCertainty.Likely);
        world.Losses.Where(loss => !loss.AtClient).Should().HaveCount(10);
        world.Losses.Should().OnlyContain(loss => loss.At - at <= world.Plan.Bound + SideWorld.Tick);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void A_host_that_dies_takes_all_connections_along_within_the_bound_and_in_one_batch(double t)
    {
        SideWorld world = Started(t);
        foreach (SideSimConnection connection in world.Connections.Where((_, i) => i % 3 == 0))
        {
            connection.Client.Write(1000, world.Now);
        }

        world.Run(TimeSpan.FromSeconds(0.3));
        Instant at = world.Now;
        world.KillHost(false);
        world.Run(world.Plan.Bound + SideWorld.Tick);

        world.Losses.Should().HaveCount(Connections).And.OnlyContain(loss =>
            loss.AtClient && loss.Kind == LossKind.SideConnectionSilent && loss.Diagnosis == LossDiagnosis.PeerHostOrPathDead && loss.Certainty == LossCertainty.Likely);
        world.Losses.Select(loss => loss.At).Distinct().Should().ContainSingle().Which.Should().BeLessThanOrEqualTo(at + world.Plan.Bound + SideWorld.Tick);
    }

    [Theory]
    [InlineData(TcpState.Closed)]
    [InlineData(TcpState.FinWait1)]
    public void A_process_that_restarts_on_its_port_denies_every_old_connection_at_once(TcpState left)
    {
        SideWorld world = Started(10);
        Instant at = world.Now;
        world.Restart(false, left);
        world.Run(TimeSpan.FromSeconds(2));

        world.Losses.Should().HaveCount(Connections).And.OnlyContain(loss => loss.Kind == LossKind.PeerDenied && loss.Diagnosis == LossDiagnosis.PeerRestarted);
        world.Losses.Select(loss => loss.At).Distinct().Should().ContainSingle().Which.Should().BeLessThan(at + TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void A_connection_that_the_peer_closes_in_good_order_is_denied_only_where_no_FIN_comes_for_one_T()
    {
        SideWorld world = Started(4);
        world.Connections[0].Server.State = TcpState.FinWait2;
        SideSimWatch watch = world.Client.Watches.First();
        watch.Take(new AnswerMessage(7, SideAnswer.Closing, AnswerMessage.Unknown, AnswerMessage.Unknown), world.Server.Instance, world.Now);

        world.Run(world.T - SideWorld.Tick);
        world.Losses.Should().BeEmpty();
        world.Run(3 * SideWorld.Tick);
        world.Losses.Should().ContainSingle().Which.Should().Match<SideSimLoss>(loss => loss.Kind == LossKind.PeerDenied && loss.Diagnosis == LossDiagnosis.PeerForgot);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 200_000)]
    [InlineData(false, 0)]
    public void A_stopped_process_is_unresponsive_after_twice_T_whether_it_was_written_to_or_not(bool server, long bytes)
    {
        SideWorld world = Started(4);
        SideSimProcess process = server ? world.Server : world.Client;
        world.Stop(process);
        foreach (SideSimConnection connection in world.Connections)
        {
            connection.At(server).Write(bytes, world.Now);
        }

        world.Run(1.9 * world.T);
        world.Losses.Should().BeEmpty();
        world.Run((0.1 * world.T) + (2 * SideWorld.Tick));
        world.Losses.Should().HaveCount(Connections).And.OnlyContain(loss =>
            loss.AtClient == server && loss.Kind == LossKind.SideConnectionSilent && loss.Diagnosis == LossDiagnosis.PeerUnresponsive && loss.Certainty == (server ? LossCertainty.Likely : LossCertainty.Ambiguous));
    }

    [Fact]
    public void A_peer_that_is_stopped_for_a_while_and_our_own_pause_lose_nobody()
    {
        SideWorld world = Started(4);
        foreach (SideSimProcess process in (SideSimProcess[])[world.Server, world.Client])
        {
            TimeSpan pause = 1.5 * world.T;
            world.Stop(process);
            world.Run(pause);
            world.Resume(process, pause);
            world.Run(3 * world.T);
            world.Losses.Should().BeEmpty();
            Conditions(world).Should().OnlyContain(conditions => conditions == ConnectionConditions.None);
        }
    }

    [Fact]
    public void Two_ends_that_restart_at_once_lose_nothing_that_they_open_afterwards()
    {
        SideWorld world = Started(4);
        world.Restart(false);
        world.Restart(true);
        world.Run(TimeSpan.FromSeconds(1));
        for (int i = 0; i < Connections; i++)
        {
            world.Open();
        }

        world.Run(10 * world.T);

        world.Losses.Should().BeEmpty();
        Conditions(world).Should().HaveCount(2 * Connections).And.OnlyContain(conditions => conditions == ConnectionConditions.None);
    }

    private static SideWorld Started(double seconds)
    {
        SideWorld world = new(TimeSpan.FromSeconds(seconds), Connections);
        world.Run(2.3 * world.T);
        world.Losses.Should().BeEmpty();
        Conditions(world).Should().OnlyContain(conditions => conditions == ConnectionConditions.None);
        return world;
    }

    private static IEnumerable<ConnectionConditions> Conditions(SideWorld world) => world.Client.Watches.Concat(world.Server.Watches).Select(watch => watch.Conditions);
}
