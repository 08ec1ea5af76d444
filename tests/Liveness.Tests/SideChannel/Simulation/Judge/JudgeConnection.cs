using System.Net.Sockets;
using Liveness.SideChannel;

namespace Liveness.Tests;

/// <summary>A data connection: one leg, or two with a proxy between them; with what is special about it.</summary>
internal sealed class JudgeConnection
{
    public required int Number { get; init; }

    public required JudgeLeg[] Legs { get; init; }

    /// <summary>Null = its addresses name it.</summary>
    public Bytes32? Key { get; init; }

    /// <summary>Client's end, its neighbour's ends where there is a proxy, server's end.</summary>
    public required JudgeKernel[] Kernels { get; init; }

    public JudgeKernel AtClient => Kernels[0];

    public JudgeKernel AtServer => Kernels[^1];

    /// <summary>As the server sees it.</summary>
    public required ConnectionTuple ServerTuple { get; init; }

    public Socket? ClientSocket { get; set; }

    public Socket? ServerSocket { get; set; }

    public SideWatch? ClientWatch { get; set; }

    public SideWatch? ServerWatch { get; set; }

    /// <summary>What an end's kernel can testify: not where it refuses, is not made to ask, or gets no answers.</summary>
    public bool[] HasWitness { get; } = [true, true];

    public override string ToString() => $"{Number}{(Key is null ? "" : " (named)")}{(Legs.Length > 1 ? " by proxy" : "")}{(Legs[0].SwallowsProbes ? " swallowing" : "")}{(HasWitness[1] ? "" : " without witness at client")}{(HasWitness[0] ? "" : " without witness at server")}";
}
