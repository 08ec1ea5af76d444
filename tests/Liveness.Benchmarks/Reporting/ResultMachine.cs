namespace Liveness.Benchmarks;

/// <summary>Where figures come from.</summary>
/// <param name="Processor">Its model.</param>
/// <param name="Cores">As many as this process may use.</param>
/// <param name="System">With its kernel.</param>
/// <param name="Runtime">With its kind of garbage collection.</param>
/// <param name="CongestionControl">Of TCP, as the kernel uses it here; null = unknown, or no TCP was used.</param>
/// <param name="Load">The load average before; null = unknown.</param>
internal sealed record ResultMachine(string Processor, int Cores, string System, string Runtime, string? CongestionControl, string? Load);
