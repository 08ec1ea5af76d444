namespace Liveness;

/// <summary>
/// Is told of every connection that a factory of the container attaches: its attach, changes of its <see cref="LivenessConnection.OwnId"/>,
/// and its end. Register it as a singleton of this type, and the <see cref="ILivenessFactory"/> finds it.
/// </summary>
/// <remarks>
/// <para>For one connection, the calls come in order and one at a time: first <see cref="Attached"/>, then any number of
/// <see cref="Identified"/>, last <see cref="Ended"/>. Calls for different connections come at the same time.</para>
/// <para>The calls run on the thread that attaches, names or ends the connection, so they must return at once. Hand longer work over to a
/// queue of your own. An exception is logged (event 60), and the next listener is called; the connection goes on.</para>
/// <para>The factory asks the container for the listeners when it is made. A listener must therefore not ask for the factory in its
/// constructor.</para>
/// </remarks>
/// <example>
/// <code>
/// builder.Services.AddSingleton&lt;IConnectionListener, ConnectionDiary&gt;();
/// </code>
/// </example>
public interface IConnectionListener
{
    /// <summary>A connection was attached. The factory lists it already, and the call returns before AttachAsync does.</summary>
    /// <param name="connection">The connection. Its <see cref="LivenessConnection.OwnId"/> is that of the attach or a newer one.</param>
    void Attached(LivenessConnection connection);

    /// <summary>
    /// The <see cref="LivenessConnection.OwnId"/> of a connection was set, here or on its monitor. Of several ids that are set while a call
    /// runs, only the newest is told, so a call may repeat an id that is known.
    /// </summary>
    /// <param name="connection">The connection, which has the new id, or a newer one.</param>
    void Identified(LivenessConnection connection);

    /// <summary>A connection has ended. The factory lists it no longer, and this is the last call for it.</summary>
    /// <param name="connection">The connection, with its last <see cref="LivenessConnection.OwnId"/>.</param>
    /// <param name="loss">The loss; null if either side closed the connection in good order or this end aborted it.</param>
    void Ended(LivenessConnection connection, ConnectionLoss? loss);
}
