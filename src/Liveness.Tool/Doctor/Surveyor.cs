using System.Globalization;
using System.Net.NetworkInformation;

namespace Liveness.Tool.Doctor;

/// <summary>Looks at the machine: its sockets, their processes, and what is to be said of them.</summary>
internal sealed class Surveyor(DoctorRequest request, TimeProvider timeProvider)
{
    private readonly FindingRules _rules = new(request.IdleLimit);

    /// <exception cref="ToolException">This machine can't be looked at, or the target does not exist.</exception>
    public Survey Look()
    {
        long begun = timeProvider.GetTimestamp();
        int[] targets = FindTargets();
        List<string> unseen = [];
        IReadOnlyList<SurveyedSocket> found = targets.Length > 0 ? LookAt(targets) : LookAtAll(unseen);
        return new Survey(found, unseen, timeProvider.GetElapsedTime(begun));
    }

    /// <summary>Each process in its own network namespace.</summary>
    private List<SurveyedSocket> LookAt(int[] targets)
    {
        ProcessTable processes = ProcessTable.Read(targets, wanted: null);
        if (processes.Hidden == targets.Length)
        {
            throw new ToolException($"\"{request.Target}\" is another user's process: run this as root.", ExitCodes.NoSuchTarget);
        }

        List<SurveyedSocket> found = [];
        foreach (IGrouping<string?, int> group in targets.GroupBy(ProcessTable.NamespaceOf))
        {
            found.AddRange(Judge(group.Key, group.First()).Where(one => processes.OwnerOf(one.Socket.Inode) is not null));
        }

        return [.. found.Select(one => one with { Process = processes.OwnerOf(one.Socket.Inode) })];
    }

    /// <summary>To name processes is most of the work: only those are named of which there is something to say.</summary>
    private List<SurveyedSocket> LookAtAll(List<string> unseen)
    {
        int[] ids = [.. ProcessTable.AllIds()];
        string? own = ProcessTable.OwnNamespace;
        List<SurveyedSocket> found = [.. Judge(own, Environment.ProcessId)];
        IGrouping<string?, int>[] others = [.. ids.GroupBy(ProcessTable.NamespaceOf).Where(one => one.Key is not null && one.Key != own)];
        if (request.AllNamespaces)
        {
            found.AddRange(others.SelectMany(other => JudgeIfPossible(other.Key, other.First(), unseen)));
        }
        else if (others.Length > 0)
        {
            unseen.Add($"{Words.Number(others.Length)} other network namespaces (containers): add --all-namespaces, as root");
        }

        HashSet<uint> wanted = [.. found.Where(one => one.Findings.Count > 0 && one.Socket.Inode != 0).Select(one => one.Socket.Inode)];
        ProcessTable processes = ProcessTable.Read(ids, wanted);
        if (wanted.Count > 0 && processes.Hidden > 0)
        {
            unseen.Add($"the sockets of {Words.Number(processes.Hidden)} processes of other users: run this as root, and they are named");
        }

        return [.. found.Select(one => one.Findings.Count > 0 ? one with { Process = processes.OwnerOf(one.Socket.Inode) } : one)];
    }

    /// <summary>A namespace may go while we look, or be another user's: that is no reason to say nothing of the others.</summary>
    private IEnumerable<SurveyedSocket> JudgeIfPossible(string? space, int inhabitant, List<string> unseen)
    {
        try
        {
            return Judge(space, inhabitant);
        }
        catch (ToolException exception) when (exception.ExitCode == ExitCodes.NoSuchTarget)
        {
            unseen.Add(exception.Message);
            return [];
        }
    }

    /// <param name="space">The namespace, or null where it is not known.</param>
    /// <param name="inhabitant">A process that lives there.</param>
    private IEnumerable<SurveyedSocket> Judge(string? space, int inhabitant)
    {
        bool isOwn = space is null || space == ProcessTable.OwnNamespace;
        return (isOwn ? SocketTable.Read() : SocketTable.Read(ProcessTable.NamespacePath(inhabitant)))
            .Select(socket => new SurveyedSocket(socket, Process: null, isOwn ? null : space, _rules.Judge(socket)));
    }

    /// <returns>None where the whole machine is meant.</returns>
    private int[] FindTargets()
    {
        if (request.Target is not { } target)
        {
            return [];
        }

        if (int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out int id))
        {
            return ProcessTable.Find(id) is null ? throw new ToolException($"There is no process {id}.", ExitCodes.NoSuchTarget) : [id];
        }

        int[] found = [.. ProcessTable.AllIds().Where(one => one != Environment.ProcessId && IsCalled(one, target))];
        return found.Length == 0 ? throw new ToolException($"No process is called \"{target}\".", ExitCodes.NoSuchTarget) : found;
    }

    private static bool IsCalled(int id, string name) => ProcessTable.Find(id)?.Name == name || ProcessTable.ProgramOf(id) == name;

    /// <summary>A listener is no connection.</summary>
    public static bool IsConnection(SurveyedSocket one) => one.Socket.State != TcpState.Listen;
}
