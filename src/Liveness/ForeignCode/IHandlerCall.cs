namespace Liveness;

/// <summary>A handler of the user's with what it is to be told, for <see cref="ForeignCode.Call{THandler}"/>.</summary>
internal interface IHandlerCall
{
    /// <summary>As the user knows it.</summary>
    string EventName { get; }

    /// <param name="sender">Of the event.</param>
    void Invoke(object sender);

    /// <summary>What logs call the connection that it is about.</summary>
    /// <param name="sender">Of the event.</param>
    ConnectionLabel LabelOf(object sender);
}
