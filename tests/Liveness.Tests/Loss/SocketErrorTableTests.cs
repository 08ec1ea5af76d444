using System.Net.Sockets;

namespace Liveness.Tests;

public sealed class SocketErrorTableTests
{
    [Theory]
    [InlineData(SocketError.ConnectionReset, LossKind.ConnectionReset)]
    [InlineData(SocketError.ConnectionAborted, LossKind.ConnectionReset)]
    [InlineData(SocketError.Shutdown, LossKind.ConnectionReset)]
    [InlineData(SocketError.NetworkReset, LossKind.ConnectionReset)]
    [InlineData(SocketError.ProtocolType, LossKind.ConnectionReset)]
    [InlineData(SocketError.NetworkDown, LossKind.NetworkUnreachable)]
    [InlineData(SocketError.NetworkUnreachable, LossKind.NetworkUnreachable)]
    [InlineData(SocketError.HostUnreachable, LossKind.NetworkUnreachable)]
    [InlineData(SocketError.HostDown, LossKind.NetworkUnreachable)]
    [InlineData(SocketError.TimedOut, LossKind.KeepAliveTimedOut)]
    [InlineData(SocketError.OperationAborted, LossKind.TransportFailed)]
    [InlineData(SocketError.Interrupted, LossKind.TransportFailed)]
    [InlineData(SocketError.NotConnected, LossKind.TransportFailed)]
    [InlineData(SocketError.ConnectionRefused, LossKind.TransportFailed)]
    [InlineData(SocketError.SocketError, LossKind.TransportFailed)]
    internal void A_socket_error_has_one_kind_however_deep_it_is_wrapped(SocketError error, LossKind kind)
    {
        SocketException socketException = new((int)error);

        SocketErrorTable.Classify(error).Should().Be(kind);
        SocketErrorTable.Classify(socketException).Should().Be(kind);
        SocketErrorTable.Classify(new IOException("read", socketException)).Should().Be(kind);
        SocketErrorTable.Classify(new IOException("TLS", new IOException("read", socketException))).Should().Be(kind);
        SocketErrorTable.Classify(new AggregateException(socketException)).Should().Be(kind);
        SocketErrorTable.Find(new IOException("read", socketException)).Should().BeSameAs(socketException);
    }

    [Fact]
    public void What_hides_no_socket_error_is_a_failed_transport()
    {
        foreach (Exception exception in (Exception[])[
            new IOException("disk"), new ObjectDisposedException("stream"), new InvalidOperationException(), new EndOfStreamException()])
        {
            SocketErrorTable.Classify(exception).Should().Be(LossKind.TransportFailed);
            SocketErrorTable.Find(exception).Should().BeNull();
        }
    }

    [Fact]
    public void Every_socket_error_that_exists_has_a_kind()
    {
        foreach (SocketError error in Enum.GetValues<SocketError>())
        {
            Enum.IsDefined(SocketErrorTable.Classify(error)).Should().BeTrue();
        }
    }
}
