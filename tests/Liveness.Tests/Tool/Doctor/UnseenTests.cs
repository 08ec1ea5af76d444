using System.Net;
using System.Net.NetworkInformation;
using Liveness.Tests.KeepAlive;
using Liveness.Tool;
using Liveness.Tool.Doctor;

namespace Liveness.Tests.Tool.Doctor;

/// <summary>What was not seen is never taken for healthy.</summary>
public sealed class UnseenTests
{
    private const ushort Interrupted = 0x10;

    private readonly Unseen _unseen = new();

    [Fact]
    public void A_list_that_cannot_be_read_is_told_and_is_no_clean_bill()
    {
        byte[] message = [.. DiagImage.Messages[0]];
        BitConverter.TryWriteBytes(message, message.Length + 4);

        _unseen.AddMissingOf(SocketTable.Of(() => Reader(message)), "of this machine");

        _unseen.Texts.Should().Equal("some sockets of this machine: the kernel's list has parts that can't be read");
        ExitCodeOf(_unseen).Should().Be(ExitCodes.Partial);
    }

    [Fact]
    public void A_list_that_changed_while_it_was_read_is_asked_for_again()
    {
        int asked = 0;

        _unseen.AddMissingOf(SocketTable.Of(() => Dump(interrupted: ++asked == 1)), "of this machine");

        asked.Should().Be(2);
        _unseen.Texts.Should().BeEmpty();
        ExitCodeOf(_unseen).Should().Be(ExitCodes.Ok);
    }

    [Fact]
    public void A_list_that_changes_each_time_is_told()
    {
        int asked = 0;

        SocketTable table = SocketTable.Of(() => Dump(interrupted: ++asked > 0));
        _unseen.AddMissingOf(table, "in net:[7]");

        asked.Should().Be(3);
        table.Sockets.Should().NotBeEmpty();
        _unseen.Texts.Should().Equal("some sockets in net:[7]: its list changed while it was read, each of 3 times; look again");
        ExitCodeOf(_unseen).Should().Be(ExitCodes.Partial);
    }

    [Theory]
    [InlineData(TcpState.Established, 1)]
    [InlineData(TcpState.CloseWait, 1)]
    [InlineData(TcpState.Listen, 0)]
    [InlineData(TcpState.FinWait2, 0)]
    public void A_connection_of_which_the_kernel_tells_no_numbers_is_not_taken_for_healthy(TcpState state, int told)
    {
        IPEndPoint end = new(IPAddress.Loopback, 1);

        SocketTable table = new([new SocketRecord { State = state, Local = end, Remote = end }], WasMalformed: false, WasInterrupted: false);
        _unseen.AddMissingOf(table, "of this machine");

        _unseen.Texts.Should().HaveCount(told);
        _unseen.IsPartial.Should().Be(told > 0);
    }

    [Fact]
    public void What_nobody_asked_for_is_told_and_changes_no_exit_code()
    {
        _unseen.AddLimit("2 other network namespaces");

        _unseen.Texts.Should().ContainSingle();
        ExitCodeOf(_unseen).Should().Be(ExitCodes.Ok);
    }

    [Fact]
    public void A_problem_that_was_seen_goes_before_what_was_not()
    {
        _unseen.AddMissing("something");
        IPEndPoint end = new(IPAddress.Loopback, 1);
        SurveyedSocket bad = new(
            new SocketRecord { State = TcpState.Established, Local = end, Remote = end }, Process: null, Namespace: null,
            [new Finding(FindingKind.NotRead, Severity.Problem, "it does not read", For: null)]);

        new Survey([bad], _unseen.Texts, _unseen.IsPartial, TimeSpan.Zero).ExitCode.Should().Be(ExitCodes.Found);
    }

    [Theory]
    [InlineData(0, FolderView.Whole)]
    [InlineData(2, FolderView.Whole)]
    [InlineData(3, FolderView.Whole)]
    [InlineData(1, FolderView.Forbidden)]
    [InlineData(13, FolderView.Forbidden)]
    [InlineData(24, FolderView.Failed)]
    [InlineData(23, FolderView.Failed)]
    [InlineData(12, FolderView.Failed)]
    public void Only_a_process_that_is_gone_has_no_descriptors(int error, object view) => DescriptorFolder.ViewBehind(error).Should().Be((FolderView)view);

    [LinuxFact]
    public void A_folder_that_cannot_be_opened_counts_as_not_seen()
    {
        DescriptorFolder.Read("/etc/passwd", static _ => { }, out int error).Should().Be(FolderView.Failed);

        error.Should().Be(20, "ENOTDIR");
    }

    private static int ExitCodeOf(Unseen unseen) => new Survey([], unseen.Texts, unseen.IsPartial, TimeSpan.Zero).ExitCode;

    private static DiagReader Dump(bool interrupted)
    {
        byte[] datagram = [.. DiagImage.Datagrams[0]];
        if (interrupted)
        {
            BitConverter.TryWriteBytes(datagram.AsSpan(6), (ushort)(BitConverter.ToUInt16(datagram, 6) | Interrupted));
        }

        return Reader(datagram);
    }

    private static DiagReader Reader(byte[] datagram)
    {
        DiagReader reader = new();
        reader.Read(datagram);
        return reader;
    }
}
