namespace EtcdDefrag.Grpc.Authentication;

/// <summary>
/// A token that one member gave and that the others take too: etcd agrees on simple tokens as on everything else, and signs the
/// others with one key. So a learner, which gives none, can be asked, and a fresh connection need not authenticate again.
/// </summary>
internal sealed class ClusterToken
{
    private volatile string? _current;

    /// <summary>The token; null where nobody has given one yet.</summary>
    public string? Current
    {
        get => _current;
        set => _current = value;
    }

    /// <summary>Throws a token away that a member no longer takes, unless there is another one already.</summary>
    public void Forget(string stale)
    {
        if (_current == stale)
        {
            _current = null;
        }
    }
}
