using System.Net.Sockets;
using Liveness.KeepAlive;
using Liveness.Kernel;
using Liveness.Tests.InBand;

namespace Liveness.Tests.Kernel;

/// <summary>A real socket is asked whether an error waits, and keeps it: nothing else tells a reset from a close where TCP_INFO is refused.</summary>
public sealed class WatchedSocketTests
{
    private static readonly TimeSpan s_safety = TimeSpan.FromSeconds(10);

    /// <summary>The polls of other systems do not say.</summary>
    private static readonly bool? s_whereItIsTold =
        OperatingSystem.IsWindows() || OperatingSystem.IsLinux() || OperatingSystem.IsAndroid() ? true : null;

    [Fact]
    public void A_reset_is_an_error_and_asking_leaves_it_to_the_application()
    {
        using SocketPair pair = SocketPair.OverTcp();
        WatchedSocket watched = new(pair.Client);
        pair.Server.LingerState = new LingerOption(enable: true, seconds: 0);
        pair.Server.Dispose();
        WaitForEnd(pair.Client);

        for (int question = 0; question < 3; question++)
        {
            watched.Gather(TcpKeepAliveSettings.Unknown).ErrorIsPending.Should().Be(s_whereItIsTold);
        }

        Action reading = () => pair.Client.Receive(new byte[1]);
        reading.Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
    }

    [Fact]
    public void A_close_is_an_end_and_no_error()
    {
        using SocketPair pair = SocketPair.OverTcp();
        pair.Server.Dispose();
        WaitForEnd(pair.Client);

        WatchFacts facts = new WatchedSocket(pair.Client).Gather(TcpKeepAliveSettings.Unknown);

        facts.IsAtEnd.Should().BeTrue();
        facts.ErrorIsPending.Should().NotBe(true);
    }

    [Fact]
    public void A_live_connection_with_data_to_read_has_neither()
    {
        using SocketPair pair = SocketPair.OverTcp();
        pair.Server.Send("data"u8);
        WaitForEnd(pair.Client);

        WatchFacts facts = new WatchedSocket(pair.Client).Gather(TcpKeepAliveSettings.Unknown);

        facts.IsAtEnd.Should().BeFalse();
        facts.ErrorIsPending.Should().NotBe(true);
    }

    /// <summary>Or for data.</summary>
    private static void WaitForEnd(Socket socket) => socket.Poll(s_safety, SelectMode.SelectRead).Should().BeTrue();
}
