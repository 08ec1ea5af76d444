namespace Liveness.Tool.Doctor;

/// <param name="Version">Of this form: it rises when something here changes its meaning.</param>
internal sealed record SurveyJson(
    int Version,
    DateTimeOffset? Time,
    double TookMilliseconds,
    int Connections,
    int Problems,
    int Risks,
    IReadOnlyList<SocketJson> Sockets,
    IReadOnlyList<string> Unseen,
    bool IsPartial);
