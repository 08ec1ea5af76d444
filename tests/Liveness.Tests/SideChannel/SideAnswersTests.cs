using System.Net;
using System.Net.NetworkInformation;
using Liveness.SideChannel;

namespace Liveness.Tests;

public sealed class SideAnswersTests
{
    private static readonly ConnectionTuple s_tuple = SideTuples.Of("192.0.2.1", 443, "198.51.100.7", 50000);
    private static readonly UInt128 s_asker = ConnectionTuple.AddressOf(IPAddress.Parse("198.51.100.7"));

    [Theory]
    [InlineData(TcpState.Established, SideAnswer.NotYours)]
    [InlineData(TcpState.CloseWait, SideAnswer.NotYours)]
    [InlineData(TcpState.SynReceived, SideAnswer.NotYours)]
    [InlineData(TcpState.SynSent, SideAnswer.NotYours)]
    [InlineData(TcpState.Unknown, SideAnswer.NotYours)]
    [InlineData(TcpState.FinWait1, SideAnswer.Closing)]
    [InlineData(TcpState.FinWait2, SideAnswer.Closing)]
    [InlineData(TcpState.Closing, SideAnswer.Closing)]
    [InlineData(TcpState.LastAck, SideAnswer.Closing)]
    [InlineData(TcpState.TimeWait, SideAnswer.Closing)]
    [InlineData(TcpState.Closed, SideAnswer.Gone)]
    [InlineData(null, SideAnswer.Gone)]
    internal void Of_a_connection_that_is_not_registered_the_hosts_table_tells(TcpState? state, SideAnswer answer)
    {
        SideAnswers.Find(s_tuple, s_asker, false, true, true, state).Should().Be(answer);
        SideAnswers.Find(s_tuple, s_asker, false, true, false, state).Should().Be(SideAnswer.NotYours, "a table that can't be read proves nothing");
        SideAnswers.Find(s_tuple, s_asker, true, true, true, state).Should().Be(SideAnswer.Watched);
    }

    [Fact]
    public void Who_asks_about_somebody_elses_connection_learns_nothing()
    {
        UInt128 spy = s_asker + 1;
        foreach (TcpState? state in Enum.GetValues<TcpState>().Select(state => (TcpState?)state).Append(null))
        {
            foreach (bool flag in (bool[])[false, true])
            {
                SideAnswers.Find(s_tuple, spy, flag, true, true, state).Should().Be(SideAnswer.NotMyAddress);
                SideAnswers.Find(s_tuple, spy, flag, false, flag, state).Should().Be(SideAnswer.NotMyAddress);
                SideAnswers.Find(s_tuple, s_asker, false, false, flag, state).Should().Be(SideAnswer.NotMyAddress);
            }
        }
    }

    [Fact]
    public void An_unknown_key_looks_like_somebody_elses()
    {
        SideAnswers.FindKey(true).Should().Be(SideAnswer.Watched);
        SideAnswers.FindKey(false).Should().Be(SideAnswer.NotMyAddress);
    }
}
