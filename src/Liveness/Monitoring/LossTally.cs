using System.Globalization;

namespace Liveness;

/// <summary>What the losses of a storm have in common.</summary>
/// <param name="logger">Told of it.</param>
internal sealed class LossTally(GuardedLogger logger) : IBurstTally<LostOne>
{
    private readonly Dictionary<LossDiagnosis, int> _diagnoses = [];
    private LostOne _first;
    private LostOne _last;
    private bool _hasFirst;
    private bool _sharesCertainty = true;
    private bool _sharesErrorType = true;

    /// <summary>The diagnosis of all of them; null = they have more than one.</summary>
    public LossDiagnosis? Diagnosis => _diagnoses.Count == 1 ? _first.Loss.Diagnosis : null;

    /// <summary>As <see cref="Diagnosis"/>.</summary>
    public LossCertainty? Certainty => _sharesCertainty ? _first.Loss.Certainty : null;

    /// <summary>As <see cref="Diagnosis"/>.</summary>
    public string? ErrorType => _sharesErrorType ? _first.Loss.ErrorType : null;

    public string? FirstRemote => _first.Label.Remote;

    public string? LastRemote => _last.Label.Remote;

    public string? Name => _first.Label.Name;

    /// <summary>"all PeerClosed", or each with its number, the most frequent first.</summary>
    public string Diagnoses => Diagnosis is { } only ? $"all {only}" : string.Join(
        ", ",
        _diagnoses.OrderByDescending(static pair => pair.Value).ThenBy(static pair => pair.Key)
            .Select(static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value:N0}")));

    public void Add(in LostOne one)
    {
        if (!_hasFirst)
        {
            (_first, _hasFirst) = (one, true);
        }

        _last = one;
        _diagnoses[one.Loss.Diagnosis] = _diagnoses.GetValueOrDefault(one.Loss.Diagnosis) + 1;
        _sharesCertainty &= one.Loss.Certainty == _first.Loss.Certainty;
        _sharesErrorType &= one.Loss.ErrorType == _first.Loss.ErrorType;
    }

    public void Tell(BurstCount summed) => MonitoringLog.ConnectionsLost(logger, summed, this);
}
