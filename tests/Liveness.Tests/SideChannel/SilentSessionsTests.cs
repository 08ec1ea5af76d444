using Liveness.SideChannel;
using Liveness.Tests.Support;

namespace Liveness.Tests.SideChannel;

public sealed class SilentSessionsTests
{
    [Fact]
    public void One_that_was_given_up_is_measured_again_once_a_connection_hangs_on_it()
    {
        Lock gate = new();
        SilentSessions silent = new(gate, new WatchTimes(TimeSpan.FromSeconds(10)), static _ => LocalHealth.Perfect.Pauses);
        SideSession session = new(isAcceptingEnd: true, remote: null, MachineRig.At(0));
        WatchOutcomes outcomes = default;
        lock (gate)
        {
            silent.NoteNeedsLock(session, MachineRig.At(0));
            silent.CollectDueNeedsLock(MachineRig.At(100), ref outcomes);
            session.Moment!.Value.At.Should().Be(MachineRig.At(0), "nothing hangs on it: it is given up");

            session.Add(1, entry: null!);
            silent.KeepNeedsLock(session, MachineRig.At(200));
            silent.CollectDueNeedsLock(MachineRig.At(30_000), ref outcomes);
        }

        session.Moment!.Value.At.Should().Be(MachineRig.At(30_000));
        outcomes.Sessions.Should().Equal(session);
    }
}
