using Liveness.Tests.Support;

namespace Liveness.Tests.InBand;

/// <summary>PROTOCOL.md, section 5.11, in whole sessions.</summary>
public class SessionRoleTests
{
    [Fact]
    public void The_end_with_the_larger_endpoint_id_follows_the_other()
    {
        SessionPair pair = SessionPair.Open();
        pair.Right.Session.EndpointId.Should().BeGreaterThan(pair.Left.Session.EndpointId);

        double leader = pair.Left.NextWake(0);
        leader.Should().BeInRange(750, 990);
        pair.Right.NextWake(0).Should().Be(1_000);

        pair.Left.Take(leader);
        pair.Right.Session.HasOutput(MachineRig.At(leader)).Should().BeFalse();
        SessionPair idle = SessionPair.Open();
        idle.Run(0, 100_000);
        idle.Left.Session.Machine!.BeatsSent.Should().BeInRange(101, 105);
        idle.Right.Session.Machine!.BeatsSent.Should().Be(idle.Left.Session.Machine!.BeatsSent);
    }
}
