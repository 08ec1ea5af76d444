using System.Net;
using Liveness.SideChannel;
using Liveness.Testing;
using Microsoft.Extensions.Logging;

namespace Liveness.Tests.SideChannel;

/// <summary>Strangers at the port of a side channel are a few lines a minute, however many they are.</summary>
public sealed class SideDoorLogTests
{
    private readonly ManualWorkQueue _queue = new();
    private readonly ManualTimeProvider _clock;
    private readonly RecordingLogger _logger = new();
    private readonly SideDoorLog _log;

    public SideDoorLogTests()
    {
        _clock = new ManualTimeProvider { WorkQueue = _queue };
        LivenessScheduler scheduler = LivenessScheduler.For(_clock);
        _log = new SideDoorLog(scheduler.TimeProvider, scheduler.Guard(_logger));
    }

    private IEnumerable<RecordingLogger.Entry> Told => _logger.Entries.Where(static entry => entry.Level > LogLevel.Debug);

    [Fact]
    public void Handshakes_that_fail_are_five_lines_a_minute_and_their_number()
    {
        for (int i = 0; i < 3_000; i++)
        {
            _log.HandshakeFailed(new IPEndPoint(IPAddress.Loopback, i), new IOException("what a stranger said"));
        }

        Advance();

        Told.Select(static entry => entry.EventName).Should().Equal(Enumerable.Repeat("SideHandshakeFailed", 5).Append("SideStrangers"));
        Told.Last().Text.Should().Contain("3,000 side connections").And.Contain("IOException 3,000").And.Contain("127.0.0.1 3,000");
        _logger.Entries.Count(static entry => entry.EventName == "SideHandshakeDetail").Should().Be(2_995);
    }

    [Fact]
    public void Refusals_are_counted_apart_and_stay_warnings()
    {
        for (int i = 0; i < 100; i++)
        {
            _log.Refused(new IPEndPoint(IPAddress.Loopback, i), "wrong secret");
        }

        Advance();

        Told.Should().HaveCount(6).And.OnlyContain(static entry => entry.Level == LogLevel.Warning);
        Told.Last().Text.Should().StartWith("100 side connections were refused").And.Contain("wrong secret 100");
    }

    [Fact]
    public void What_is_held_is_told_when_the_door_is_closed()
    {
        for (int i = 0; i < 7; i++)
        {
            _log.Refused(new IPEndPoint(IPAddress.Loopback, i), "wrong secret");
        }

        _log.TellNow();
        _queue.RunAll();

        Told.Last().EventName.Should().Be("SideRefusals");
    }

    private void Advance()
    {
        _queue.RunAll();
        _clock.Advance(TimeSpan.FromSeconds(61));
        _queue.RunAll();
    }
}
