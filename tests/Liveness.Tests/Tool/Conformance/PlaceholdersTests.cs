using Liveness.Tool.Conformance;

namespace Liveness.Tests.Tool.Conformance;

public sealed class PlaceholdersTests
{
    [Theory]
    [InlineData("PORT", "7000")]
    [InlineData("HOST", "127.0.0.1")]
    [InlineData("HOST:PORT", "127.0.0.1:7000")]
    [InlineData("localhost:PORT", "localhost:7000")]
    [InlineData("[::1]:PORT", "[::1]:7000")]
    [InlineData("tcp://HOST:PORT", "tcp://127.0.0.1:7000")]
    [InlineData("--port=PORT", "--port=7000")]
    [InlineData("--to=HOST:PORT", "--to=127.0.0.1:7000")]
    [InlineData("--to=tcp://HOST:PORT", "--to=tcp://127.0.0.1:7000")]
    [InlineData("/opt/PORT/peer.py", "/opt/PORT/peer.py")]
    [InlineData("/opt/HOST", "/opt/HOST")]
    [InlineData("REPORT", "REPORT")]
    [InlineData("PORTABLE", "PORTABLE")]
    [InlineData("--GHOST", "--GHOST")]
    [InlineData("echo PORT", "echo PORT")]
    [InlineData("port", "port")]
    public void A_placeholder_is_a_whole_argument_or_a_part_that_can_be_nothing_else(string word, string filled) =>
        Placeholders.Fill(["HOST:PORT", word], "127.0.0.1", 7000).Should().Equal("HOST:PORT", filled);

    [Fact]
    public void What_is_none_names_neither_host_nor_port()
    {
        string[] command = ["HOST:PORT", "/opt/PORT/GHOST", "REPORT"];

        Placeholders.NamesHost(command).Should().BeFalse();
        Placeholders.NamesPort(command).Should().BeFalse();
        Placeholders.NamesHost(["x", "--to=HOST:PORT"]).Should().BeTrue();
        Placeholders.NamesPort(["x", "localhost:PORT"]).Should().BeTrue();
    }
}
