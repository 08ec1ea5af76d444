namespace Liveness.Tests;

/// <summary>One direction of a byte stream over one leg: in order, and again and again until it gets through.</summary>
internal sealed class JudgeStream(JudgeNet net, JudgeLeg leg, bool toServer)
{
    private static readonly TimeSpan s_leastTimeout = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestTimeout = TimeSpan.FromSeconds(1);
    private readonly Queue<(Action Arrive, Action Acknowledged)> _waiting = [];
    private TimeSpan _timeout = s_leastTimeout;
    private bool _isRepeating;

    public void Send(Action arrive, Action acknowledged)
    {
        _waiting.Enqueue((arrive, acknowledged));
        if (!_isRepeating)
        {
            Pump();
        }
    }

    private void Pump()
    {
        while (_waiting.TryPeek(out (Action Arrive, Action Acknowledged) next))
        {
            if (!leg.Send(toServer, () => Arrive(next.Arrive, next.Acknowledged)))
            {
                _isRepeating = true;
                net.After(_timeout, () =>
                {
                    _isRepeating = false;
                    Pump();
                });
                _timeout = _timeout * 2 < s_longestTimeout ? _timeout * 2 : s_longestTimeout;
                return;
            }

            _waiting.Dequeue();
            _timeout = s_leastTimeout;
        }
    }

    private void Arrive(Action arrive, Action acknowledged)
    {
        if (leg.HostAt(toServer).IsUp)
        {
            arrive();
            leg.Send(!toServer, acknowledged);
        }
    }
}
