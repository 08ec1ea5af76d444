namespace Liveness.Tool.Doctor;

/// <param name="Name">As its kernel shows it: at most 15 characters.</param>
internal sealed record ProcessName(int Id, string Name);
