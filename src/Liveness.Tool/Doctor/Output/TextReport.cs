using System.Globalization;
using System.Net.NetworkInformation;
using System.Text;

namespace Liveness.Tool.Doctor;

/// <summary>One look, for people: each problem, and how many risks of each kind every process has. Pure.</summary>
internal static class TextReport
{
    /// <param name="all">Each risk as well.</param>
    public static string Write(Survey survey, bool all)
    {
        StringBuilder text = new();
        foreach (IGrouping<string, SurveyedSocket> process in survey.Connections.Where(one => one.Findings.Count > 0)
            .GroupBy(ProcessOf).OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            text.Append(process.Key).Append('\n');
            WriteProblems(text, process);
            WriteRisks(text, process, all);
            text.Append('\n');
        }

        int connections = survey.Connections.Count(Surveyor.IsConnection);
        string[] counts = [Count(connections, "connection"), Count(survey.Problems, "problem"), Count(survey.Risks, "risk")];
        text.AppendJoin(", ", counts).Append("; the look took ").Append(Words.Number((long)survey.Took.TotalMilliseconds)).Append(" ms\n");
        foreach (string unseen in survey.Unseen)
        {
            text.Append("not seen: ").Append(unseen).Append('\n');
        }

        return text.ToString();
    }

    public static string ProcessOf(SurveyedSocket one) => one switch
    {
        { Process: { } process } => $"{Plain(process.Name)} ({process.Id})",
        { Socket.Inode: 0 } => "no process: the kernel still ends these",
        _ => $"a process of user {one.Socket.UserId}, or of nobody whom we may see",
    };

    public static string PathOf(SurveyedSocket one) => one.Socket.State == TcpState.Listen
        ? $"{one.Socket.Local} {StateOf(one.Socket.State)}"
        : $"{one.Socket.Local} - {one.Socket.Remote} {StateOf(one.Socket.State)}";

    public static string StateOf(TcpState state) => state switch
    {
        TcpState.Established => "ESTABLISHED",
        TcpState.SynSent => "SYN-SENT",
        TcpState.FinWait1 => "FIN-WAIT-1",
        TcpState.FinWait2 => "FIN-WAIT-2",
        TcpState.CloseWait => "CLOSE-WAIT",
        TcpState.LastAck => "LAST-ACK",
        TcpState.Closing => "CLOSING",
        TcpState.Listen => "LISTEN",
        _ => "OTHER",
    };

    private static void WriteProblems(StringBuilder text, IEnumerable<SurveyedSocket> sockets)
    {
        foreach (SurveyedSocket one in sockets)
        {
            foreach (Finding finding in one.Findings.Where(finding => finding.Severity == Severity.Problem))
            {
                text.Append(CultureInfo.InvariantCulture, $"  PROBLEM {PathOf(one)}: {finding.Text}\n");
            }
        }
    }

    private static void WriteRisks(StringBuilder text, IEnumerable<SurveyedSocket> sockets, bool all)
    {
        foreach (IGrouping<FindingKind, (SurveyedSocket Socket, Finding Finding)> kind in sockets
            .SelectMany(one => one.Findings, (one, finding) => (Socket: one, Finding: finding))
            .Where(one => one.Finding.Severity == Severity.Risk).GroupBy(one => one.Finding.Kind))
        {
            (SurveyedSocket Socket, Finding Finding)[] longestFirst = [.. kind.OrderByDescending(one => one.Finding.For)];
            foreach ((SurveyedSocket socket, Finding finding) in all ? longestFirst : longestFirst[..1])
            {
                text.Append(CultureInfo.InvariantCulture, $"  risk    {PathOf(socket)}: {finding.Text}\n");
            }

            if (!all && longestFirst.Length > 1)
            {
                text.Append("          and ").Append(Words.Number(longestFirst.Length - 1)).Append(" more like it (--all lists them)\n");
            }
        }
    }

    /// <summary>A process names itself as it likes: no control character reaches the terminal.</summary>
    private static string Plain(string name) => string.Concat(name.Select(c => char.IsControl(c) ? '?' : c));

    private static string Count(int count, string what) => $"{Words.Number(count)} {what}{(count == 1 ? "" : "s")}";
}
