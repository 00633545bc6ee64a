namespace EtcdDefrag.Sandbox.Locating;

/// <summary>The folders named by ETCD_BIN_3_5 and the like, where a minor version is asked for, and by ETCD_BIN.</summary>
internal sealed class FolderSource(EtcdEnvironment environment) : IEtcdSource
{
    public async Task<EtcdSearchAnswer> FindAsync(EtcdVersionRequest request, CancellationToken cancellationToken)
    {
        var attempts = new List<EtcdSearchAttempt>();
        string?[] variables = [request.FolderVariable, "ETCD_BIN"];
        foreach (var variable in variables.OfType<string>())
        {
            var answer = await JudgeAsync(variable, request, cancellationToken).ConfigureAwait(false);
            if (answer.Binary is not null)
            {
                return answer;
            }

            attempts.AddRange(answer.Attempts);
        }

        return EtcdSearchAnswer.NotHere(attempts);
    }

    private async Task<EtcdSearchAnswer> JudgeAsync(string variable, EtcdVersionRequest request, CancellationToken cancellationToken) =>
        environment.Variable(variable) is { Length: > 0 } folder
            ? await EtcdExecutable.JudgeAsync(folder, variable, request, cancellationToken).ConfigureAwait(false)
            : EtcdSearchAnswer.NotHere(variable, "not set");
}
