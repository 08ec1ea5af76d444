namespace Liveness.Tool.Doctor;

/// <summary>What the command line asks for.</summary>
/// <param name="Target">A process id or a program's name; null = the whole machine.</param>
/// <param name="IdleLimit">After so long without a segment a box on the way forgets a connection; null = none is known.</param>
/// <param name="AllNamespaces">Containers' network namespaces, too.</param>
/// <param name="Watch">The time between two looks; null = one look.</param>
/// <param name="Json">For programs; otherwise for people.</param>
/// <param name="All">Lists each risk, not one example of each kind.</param>
internal sealed record DoctorRequest(string? Target, TimeSpan? IdleLimit, bool AllNamespaces, TimeSpan? Watch, bool Json, bool All);
