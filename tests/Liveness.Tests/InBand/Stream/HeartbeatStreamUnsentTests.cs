namespace Liveness.Tests.InBand;

/// <summary>How much the transport may let pile up beneath a beat matters from the moment on in which it makes us wait.</summary>
public sealed class HeartbeatStreamUnsentTests
{
    [Fact]
    public void A_transport_that_never_makes_us_wait_keeps_its_own_limit()
    {
        using ScriptedPair pair = new();
        pair.Fixture.Result(pair.Client.WriteAsync(new byte[1_000]));
        pair.Fixture.Advance(ScriptedPair.Interval * 4);

        pair.ClientTransport.UnsentLimits.Should().BeEmpty();
    }

    [Fact]
    public void The_first_send_that_waits_sets_the_limit_and_an_unchanged_one_is_not_set_again()
    {
        using ScriptedPair pair = new();
        for (int i = 0; i < 3; i++)
        {
            pair.ClientTransport.Block();
            _ = pair.Client.WriteAsync(new byte[100]).AsTask();
            pair.Fixture.Run();
            pair.ClientTransport.Unblock();
            pair.Fixture.Run();
        }

        pair.ClientTransport.UnsentLimits.Should().Equal(128 * 1024);
    }

    [Fact]
    public void A_flush_that_waits_for_the_transport_ends_when_it_is_cancelled()
    {
        using ScriptedPair pair = new();
        pair.ClientTransport.Block();
        _ = pair.Client.WriteAsync(new byte[100]).AsTask();
        using CancellationTokenSource cancel = new();
        Task flush = pair.Client.FlushAsync(cancel.Token);
        cancel.Cancel();
        pair.Fixture.Run();

        pair.Fixture.Failure(flush).Should().BeAssignableTo<OperationCanceledException>();
        pair.ClientTransport.Unblock();
        pair.Fixture.Run();
    }
}
