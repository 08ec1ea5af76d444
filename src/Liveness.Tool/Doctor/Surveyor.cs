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
        Unseen unseen = new();
        IReadOnlyList<SurveyedSocket> found = targets.Length > 0 ? LookAt(targets, unseen) : LookAtAll(unseen);
        return new Survey(found, unseen.Texts, unseen.IsPartial, timeProvider.GetElapsedTime(begun));
    }

    /// <summary>Each process in its own network namespace.</summary>
    private List<SurveyedSocket> LookAt(int[] targets, Unseen unseen)
    {
        ProcessTable processes = ProcessTable.Read(targets, wanted: null);
        if (processes.Hidden == targets.Length)
        {
            throw new ToolException($"\"{request.Target}\" is another user's process: run this as root.", ExitCodes.NoSuchTarget);
        }

        if (processes.Hidden > 0)
        {
            unseen.AddMissing(
                $"{Words.Number(processes.Hidden)} of {Words.Number(targets.Length)} processes called \"{request.Target}\": "
                + "they are other users', run this as root");
        }

        unseen.AddMissingOf(processes);
        List<SurveyedSocket> found = [];
        foreach (IGrouping<string?, int> group in targets.GroupBy(ProcessTable.NamespaceOf))
        {
            found.AddRange(Judge(group.Key, group.First(), unseen).Where(one => processes.OwnerOf(one.Socket.Inode) is not null));
        }

        return [.. found.Select(one => one with { Process = processes.OwnerOf(one.Socket.Inode) })];
    }

    /// <summary>To name processes is most of the work: only those are named of which there is something to say.</summary>
    private List<SurveyedSocket> LookAtAll(Unseen unseen)
    {
        int[] ids = [.. ProcessTable.AllIds()];
        List<SurveyedSocket> found = [.. Judge(ProcessTable.OwnNamespace, Environment.ProcessId, unseen), .. LookAtOthers(ids, unseen)];
        HashSet<uint> wanted = [.. found.Where(one => one.Findings.Count > 0 && one.Socket.Inode != 0).Select(one => one.Socket.Inode)];
        ProcessTable processes = ProcessTable.Read(ids, wanted);
        if (wanted.Count > 0 && processes.Hidden > 0)
        {
            unseen.AddLimit(
                $"the sockets of {Words.Number(processes.Hidden)} processes of other users: run this as root, and they are named");
        }

        unseen.AddMissingOf(processes);
        return [.. found.Select(one => one.Findings.Count > 0 ? one with { Process = processes.OwnerOf(one.Socket.Inode) } : one)];
    }

    private List<SurveyedSocket> LookAtOthers(int[] ids, Unseen unseen)
    {
        IGrouping<string?, int>[] spaces = [.. ids.GroupBy(ProcessTable.NamespaceOf).Where(one => one.Key != ProcessTable.OwnNamespace)];
        IGrouping<string?, int>[] known = [.. spaces.Where(one => one.Key is not null)];
        if (!request.AllNamespaces)
        {
            if (known.Length > 0)
            {
                unseen.AddLimit($"{Words.Number(known.Length)} other network namespaces (containers): add --all-namespaces, as root");
            }

            return [];
        }

        int secretive = spaces.Where(one => one.Key is null).Sum(one => one.Count(id => ProcessTable.Find(id) is not null));
        if (secretive > 0)
        {
            unseen.AddMissing(
                $"the network namespaces of {Words.Number(secretive)} processes of other users, which may be other ones: run this as root");
        }

        return [.. known.SelectMany(other => JudgeIfPossible(other.Key, other.First(), unseen))];
    }

    /// <summary>A namespace may go while we look, or be another user's: that is no reason to say nothing of the others.</summary>
    private IEnumerable<SurveyedSocket> JudgeIfPossible(string? space, int inhabitant, Unseen unseen)
    {
        try
        {
            return Judge(space, inhabitant, unseen);
        }
        catch (ToolException exception) when (exception.ExitCode == ExitCodes.NoSuchTarget)
        {
            unseen.AddMissing(exception.Message);
            return [];
        }
    }

    /// <param name="space">The namespace, or null where it is not known.</param>
    /// <param name="inhabitant">A process that lives there.</param>
    private IEnumerable<SurveyedSocket> Judge(string? space, int inhabitant, Unseen unseen)
    {
        bool isOwn = space is null || space == ProcessTable.OwnNamespace;
        SocketTable table = isOwn ? SocketTable.Read() : SocketTable.Read(ProcessTable.NamespacePath(inhabitant));
        unseen.AddMissingOf(table, isOwn ? "of this machine" : $"in {space}");
        return table.Sockets.Select(socket => new SurveyedSocket(socket, Process: null, isOwn ? null : space, _rules.Judge(socket)));
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
