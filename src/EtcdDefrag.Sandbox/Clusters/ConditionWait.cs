namespace EtcdDefrag.Sandbox.Clusters;

/// <summary>Waits for conditions, with one timeout for all of a sandbox.</summary>
internal sealed class ConditionWait(TimeSpan timeout)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks again and again what is still wrong, until that is nothing: null.</summary>
    /// <exception cref="EtcdSandboxException">It timed out; the message holds the last problem.</exception>
    public async Task UntilAsync(Func<CancellationToken, Task<string?>> findProblem, CancellationToken cancellationToken)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (await AskAsync(findProblem, cancellationToken) is { } problem)
        {
            if (TimeProvider.System.GetElapsedTime(begin) > timeout)
            {
                throw new EtcdSandboxException($"Timed out after {timeout.TotalSeconds} s: {problem}");
            }

            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<string?> AskAsync(Func<CancellationToken, Task<string?>> findProblem, CancellationToken cancellationToken)
    {
        try
        {
            return await findProblem(cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutException or EtcdSandboxClientException)
        {
            // What a member answers, or does not answer, while it starts, elects or is killed.
            return exception.Message;
        }
    }
}
