namespace Liveness.Tool.Conformance;

/// <summary>The end of the testee's process.</summary>
/// <param name="Code">As the system tells it: 128 and the signal's number where a signal ended it.</param>
/// <param name="At">A timestamp of the run's clock.</param>
/// <param name="Said">The last lines that it printed.</param>
internal sealed record TesteeExit(int Code, long At, string Said)
{
    private const int Signals = 128;
    private const int LastSignal = 64;

    /// <summary>
    /// No program ends like this on purpose. One that connects may end behind each connection: with 0, or with 1 where it was lost. On
    /// Windows, a crash has a negative code.
    /// </summary>
    public bool IsViolent => Code is not (0 or 1 or TesteeProcess.Unsupported);

    public override string ToString()
    {
        string how = Code switch
        {
            < 0 => $"exit code 0x{Code:X8}",
            > Signals and <= Signals + LastSignal => $"exit code {Code}, signal {Code - Signals}",
            _ => $"exit code {Code}",
        };
        return Said.Length == 0 ? how : $"{how}: {Said}";
    }
}
