using System.Net.Sockets;

namespace Liveness.KeepAlive;

/// <summary>Puts one plan in force on one socket: all or nothing, or as much as can be; then reads back what is in force.</summary>
internal sealed class KeepAliveApplier
{
    private static readonly TcpKeepAliveSetting[] s_settings = Enum.GetValues<TcpKeepAliveSetting>();

    private readonly TcpKeepAlivePlan _plan;
    private readonly ISocketOptions _socket;
    private readonly TcpKeepAliveOutcome[] _outcomes;
    private readonly Stack<KeepAliveOperation> _undo = new();

    private KeepAliveApplier(TcpKeepAlivePlan plan, ISocketOptions socket)
    {
        _plan = plan;
        _socket = socket;
        _outcomes =
        [
            .. s_settings.Select(setting => new TcpKeepAliveOutcome(
                setting, TcpKeepAliveStatus.LeftAlone, KeepAliveExplanation.Requested(plan, setting), null, null)),
        ];
    }

    private bool Requires => _plan.Policy == TcpKeepAlivePolicy.Require;

    /// <exception cref="TcpKeepAliveException">Under Require: something can't be put in force. The socket is as it was.</exception>
    public static TcpKeepAliveResult Apply(TcpKeepAlivePlan plan, ISocketOptions socket) => new KeepAliveApplier(plan, socket).Apply();

    private TcpKeepAliveResult Apply()
    {
        FindImpossible();
        if (Requires)
        {
            ThrowIf(outcome => outcome.Status is TcpKeepAliveStatus.Unsupported or TcpKeepAliveStatus.Deferred, null);
            ThrowIfIncoherent();
        }

        foreach (KeepAliveOperation operation in _plan.Operations)
        {
            // A setting of several options is given up at the first that fails, and what can't work is not tried.
            if (_outcomes[(int)operation.Setting].Status is TcpKeepAliveStatus.LeftAlone or TcpKeepAliveStatus.Applied)
            {
                Carry(operation);
            }
        }

        return Result();
    }

    private void FindImpossible()
    {
        foreach (TcpKeepAliveSetting setting in s_settings)
        {
            bool asked = KeepAliveOperations.IsAsked(_plan.Values, setting);
            string? why = _socket.IsTcp ? _plan.WhyUnsupported(setting) : asked ? "not a TCP socket" : null;
            if (why is not null)
            {
                Note(setting, TcpKeepAliveStatus.Unsupported, null, why);
            }
            else if (_plan.Row.NumbersOnlyOnceConnected
                && _plan.Operations.Any(operation => operation.Sets(setting) && operation.Option.Managed is null) && !_socket.IsConnected)
            {
                Note(setting, TcpKeepAliveStatus.Deferred, null, "the socket is not connected; apply again after connecting");
            }
            else if (setting == TcpKeepAliveSetting.UserTimeout && KeepAliveOperations.CannotSwitchOff(_plan.Values, _plan.Row))
            {
                Note(setting, TcpKeepAliveStatus.LeftAlone, null, $"{_plan.Platform} can't be told to go back to its own limit");
            }
            else if (setting == TcpKeepAliveSetting.ProbeCount && asked && _plan.Row.FixedProbeCount is not null)
            {
                Note(setting, TcpKeepAliveStatus.Applied, null, $"always so on {_plan.Platform}");
            }
        }
    }

    /// <summary>What is left alone counts too: a user timeout of before may override the count of now, and the other way round.</summary>
    private void ThrowIfIncoherent()
    {
        if (!_plan.Enabled || !_plan.Row.UserTimeoutOverridesCount
            || _plan is { Idle: not null, Interval: not null, ProbeCount: not null, UserTimeout: not null })
        {
            return;
        }

        TcpKeepAliveSettings before = KeepAliveReader.Read(_plan.Row, _socket, _plan.Limits);
        if ((_plan.Idle ?? before.Idle) is { } idle && (_plan.Interval ?? before.Interval) is { } interval
            && (_plan.ProbeCount ?? before.ProbeCount) is { } count && (_plan.UserTimeout ?? before.UserTimeout) is { } userTimeout
            && !TcpKeepAliveOptionsRules.IsCoherent(idle, interval, count, userTimeout))
        {
            Note(TcpKeepAliveSetting.UserTimeout, TcpKeepAliveStatus.Failed, null,
                "together with what the socket has: " + TcpKeepAliveOptionsRules.IncoherentText(idle, interval, count, userTimeout));
            ThrowIf(outcome => outcome.Status == TcpKeepAliveStatus.Failed, null);
        }
    }

    private void Carry(KeepAliveOperation operation)
    {
        try
        {
            if (operation.Ioctl is { } ioctl)
            {
                _socket.Control(ioctl.Code, ioctl.Bytes());
                Settled(operation, TcpKeepAliveStatus.Applied, null, "can't be read back");
                return;
            }

            // What can't be put back must not be set where all or nothing is asked.
            KeepAliveOperation undo = Requires ? operation with { Value = _socket.Get(operation.Option) } : operation;
            _socket.Set(operation.Option, operation.Value);
            _undo.Push(undo);
            int after = _socket.Get(operation.Option);
            if (IsTaken(operation, after))
            {
                Settled(operation, TcpKeepAliveStatus.Applied, null, null);
                return;
            }

            Settled(operation, TcpKeepAliveStatus.Failed, null, $"the kernel was given {operation.Value} and says {after}");
        }
        catch (SocketException failure)
        {
            bool unknown = failure.SocketErrorCode is SocketError.ProtocolOption or SocketError.OperationNotSupported;
            TcpKeepAliveStatus status = unknown ? TcpKeepAliveStatus.Unsupported : TcpKeepAliveStatus.Failed;
            Settled(operation, status, failure.SocketErrorCode, failure.Message);
            UndoWhereRequired(failure);
            return;
        }

        UndoWhereRequired(null);
    }

    private void UndoWhereRequired(SocketException? cause)
    {
        if (!Requires)
        {
            return;
        }

        while (_undo.TryPop(out KeepAliveOperation operation))
        {
            try
            {
                _socket.Set(operation.Option, operation.Value);
                if (_outcomes[(int)operation.Setting].Status == TcpKeepAliveStatus.Applied)
                {
                    Note(operation.Setting, TcpKeepAliveStatus.RolledBack, null, null);
                }
            }
            catch (SocketException failure)
            {
                Note(operation.Setting, TcpKeepAliveStatus.Failed, failure.SocketErrorCode, "could not be rolled back: " + failure.Message);
            }
        }

        ThrowIf(outcome => outcome.Status is TcpKeepAliveStatus.Failed or TcpKeepAliveStatus.Unsupported, cause);
    }

    private void ThrowIf(Func<TcpKeepAliveOutcome, bool> isBad, Exception? cause)
    {
        TcpKeepAliveOutcome[] bad = [.. _outcomes.Where(isBad)];
        if (bad.Length != 0)
        {
            throw new TcpKeepAliveException(
                $"TCP keepalive was not applied. {string.Join(". ", bad.Select(outcome => outcome.ToString()))}. Use "
                + $"TcpKeepAlivePolicy.BestEffort to apply what can be applied.",
                Result(), cause);
        }
    }

    private void Settled(KeepAliveOperation operation, TcpKeepAliveStatus status, SocketError? error, string? detail)
    {
        foreach (TcpKeepAliveSetting setting in s_settings.Where(operation.Sets))
        {
            Note(setting, status, error, detail);
        }
    }

    private void Note(TcpKeepAliveSetting setting, TcpKeepAliveStatus status, SocketError? error, string? detail)
    {
        ref TcpKeepAliveOutcome outcome = ref _outcomes[(int)setting];
        outcome = outcome with { Status = status, Error = error, Detail = detail };
    }

    private TcpKeepAliveResult Result() => new(_plan, [.. _outcomes], KeepAliveReader.Read(_plan.Row, _socket, _plan.Limits));

    /// <summary>A switch that is on reads as any number but zero.</summary>
    private static bool IsTaken(KeepAliveOperation operation, int after)
    {
        return operation.Setting == TcpKeepAliveSetting.Enabled ? after != 0 == (operation.Value != 0) : after == operation.Value;
    }
}
