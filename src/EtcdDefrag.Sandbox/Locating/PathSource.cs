namespace EtcdDefrag.Sandbox.Locating;

/// <summary>The folders of PATH. The first etcd that fits the request is taken, even behind one that does not.</summary>
internal sealed class PathSource(EtcdEnvironment environment) : IEtcdSource
{
    private const string Name = "PATH";

    public async Task<EtcdSearchAnswer> FindAsync(EtcdVersionRequest request, CancellationToken cancellationToken)
    {
        var attempts = new List<EtcdSearchAttempt>();
        foreach (var folder in FoldersWithEtcd())
        {
            var answer = await EtcdExecutable.JudgeAsync(folder, Name, request, cancellationToken).ConfigureAwait(false);
            if (answer.Binary is not null)
            {
                return answer;
            }

            attempts.AddRange(answer.Attempts);
        }

        return attempts.Count > 0 ? EtcdSearchAnswer.NotHere(attempts) : EtcdSearchAnswer.NotHere(Name, "no etcd in any of its folders");
    }

    private IEnumerable<string> FoldersWithEtcd() =>
        (environment.Variable(Name) ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(folder => File.Exists(Path.Combine(folder, EtcdExecutable.FileName)));
}
