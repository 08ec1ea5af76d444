using System.Runtime.CompilerServices;

namespace Liveness.ProtocolPing;

/// <summary>Sends a ping: one call of the application at a time, and nothing is allocated for it.</summary>
/// <remarks>The connection hands it out again only after <see cref="PingConnection.EndPing"/>: so one thread at a time has it.</remarks>
internal sealed class PingCall(PingConnection connection, Func<CancellationToken, ValueTask> sendProbe) : IThreadPoolWorkItem
{
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _sending;
    private Action? _onSent;

    public void Execute()
    {
        if (!connection.BeginPing())
        {
            return;
        }

        try
        {
            Follow(sendProbe(connection.Ended));
        }
        catch (Exception failure)
        {
            connection.EndPing(failure);
        }
    }

    /// <summary>Once it has been followed, the next ping may be under way already: nothing here is touched any more.</summary>
    private void Follow(ValueTask sending)
    {
        ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter awaiter = sending.ConfigureAwait(false).GetAwaiter();
        _sending = awaiter;
        if (awaiter.IsCompleted)
        {
            OnSent();
        }
        else
        {
            awaiter.UnsafeOnCompleted(_onSent ??= OnSent);
        }
    }

    private void OnSent()
    {
        Exception? failure = null;
        try
        {
            _sending.GetResult();
        }
        catch (Exception thrown)
        {
            failure = thrown;
        }

        _sending = default;
        connection.EndPing(failure);
    }
}
