namespace Liveness;

/// <summary>
/// An id whose changes somebody wants to know. It stands where the id itself would stand, so that connections which nobody observes pay
/// nothing for it.
/// </summary>
internal abstract class ObservedOwnId
{
    private string? _id;

    /// <summary>Any thread, no lock.</summary>
    public string? Id => Volatile.Read(ref _id);

    /// <param name="holder">What stands there: an id, null, or one of these.</param>
    public static string? IdOf(object? holder) => holder is ObservedOwnId observed ? observed.Id : (string?)holder;

    /// <summary>By whoever names the connection.</summary>
    /// <param name="id">Checked.</param>
    public void Set(string? id)
    {
        Volatile.Write(ref _id, id);
        OnChanged();
    }

    /// <summary>Takes over the id that stood there before, which is no change. Before anybody else has this object.</summary>
    public void Inherit(string? id) => _id = id;

    /// <summary>On the thread that names the connection, under no lock.</summary>
    protected abstract void OnChanged();
}
