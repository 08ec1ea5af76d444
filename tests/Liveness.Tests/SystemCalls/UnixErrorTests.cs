namespace Liveness.Tests.SystemCalls;

/// <summary>Error numbers of the C library, in the words of .NET: each system has numbers of its own.</summary>
public sealed class UnixErrorTests
{
    [Theory]
    [InlineData(1, "AccessDenied")]
    [InlineData(4, "Interrupted")]
    [InlineData(9, "NotSocket")]
    [InlineData(13, "AccessDenied")]
    [InlineData(22, "InvalidArgument")]
    [InlineData(32, "Shutdown")]
    [InlineData(4_000, "SocketError")]
    public void Some_are_everywhere_the_same(int errno, string error)
    {
        UnixSocketCalls.ErrorOf(errno, isLinux: true).ToString().Should().Be(error);
        UnixSocketCalls.ErrorOf(errno, isLinux: false).ToString().Should().Be(error);
    }

    [Theory]
    [InlineData("WouldBlock", 11, 35)]
    [InlineData("NotSocket", 88, 38)]
    [InlineData("ProtocolOption", 92, 42)]
    [InlineData("OperationNotSupported", 95, 45)]
    [InlineData("OperationNotSupported", 38, 78)]
    [InlineData("NetworkDown", 100, 50)]
    [InlineData("NetworkUnreachable", 101, 51)]
    [InlineData("ConnectionAborted", 103, 53)]
    [InlineData("ConnectionReset", 104, 54)]
    [InlineData("NoBufferSpaceAvailable", 105, 55)]
    [InlineData("NotConnected", 107, 57)]
    [InlineData("TimedOut", 110, 60)]
    [InlineData("HostDown", 112, 64)]
    [InlineData("HostUnreachable", 113, 65)]
    public void Others_differ_between_Linux_and_the_BSDs(string error, int ofLinux, int ofBsd)
    {
        UnixSocketCalls.ErrorOf(ofLinux, isLinux: true).ToString().Should().Be(error);
        UnixSocketCalls.ErrorOf(ofBsd, isLinux: false).ToString().Should().Be(error);
    }

    [Fact]
    public void MacOS_has_a_number_of_its_own_for_an_operation_that_a_socket_has_not()
    {
        UnixSocketCalls.ErrorOf(102, isLinux: false).ToString().Should().Be("OperationNotSupported");
    }
}
