namespace EtcdDefrag.Sandbox.Clusters;

/// <summary>Waits for conditions, with one timeout for all of a sandbox.</summary>
internal sealed record SandboxClock(TimeProvider Time, TimeSpan Timeout)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks again and again until the condition holds.</summary>
    /// <param name="complaint">Null when the condition holds, else what is still amiss.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="EtcdSandboxException">Timeout is at an end; the message is the last complaint.</exception>
    public async Task WaitAsync(Func<CancellationToken, Task<string?>> complaint, CancellationToken cancellationToken)
    {
        var begin = Time.GetTimestamp();
        while (await AskAsync(complaint, cancellationToken).ConfigureAwait(false) is { } amiss)
        {
            if (Time.GetElapsedTime(begin) > Timeout)
            {
                throw new EtcdSandboxException($"Waited {Timeout.TotalSeconds} s in vain: {amiss}");
            }

            await Task.Delay(Pause, Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<string?> AskAsync(
        Func<CancellationToken, Task<string?>> complaint, CancellationToken cancellationToken)
    {
        try
        {
            return await complaint(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsPassing(exception))
        {
            return exception.Message;
        }
    }

    // What a member says, or does not say, while it starts, elects or is killed.
    private static bool IsPassing(Exception exception) =>
        exception is HttpRequestException or TimeoutException or EtcdSandboxClientException;
}
