namespace EtcdDefrag.Sandbox.Gateway;

/// <content>What an operator, or another operator's tool, does with a member.</content>
public sealed partial class EtcdGateway
{
    /// <summary>Defragments this member, as another client would. Waits up to 2 minutes; the member goes on in any case.</summary>
    /// <param name="cancellationToken">Gives the wait up, not the defragmentation.</param>
    public Task DefragmentAsync(CancellationToken cancellationToken) =>
        _client.PostAsync<EtcdGatewayAnswer>("v3/maintenance/defragment", static _ => { }, Patient, cancellationToken);

    /// <summary>All members of the cluster, by this member's word. A learner refuses this.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<IReadOnlyList<EtcdGatewayMember>> GetMemberListAsync(CancellationToken cancellationToken)
    {
        var answer = await _client.PostAsync<EtcdGatewayAnswer>("v3/cluster/member/list", static _ => { }, Quick, cancellationToken)
            .ConfigureAwait(false);
        return answer.Members;
    }

    /// <summary>
    /// The hash of all keys with their history up to a revision, which is the same on every member that has not lost or invented
    /// anything. Learners answer too.
    /// </summary>
    /// <param name="revision">The revision; 0 for the member's newest.</param>
    /// <param name="cancellationToken">Gives the wait up.</param>
    /// <exception cref="EtcdGatewayException">The member has not come to the revision yet, or has compacted it.</exception>
    /// <exception cref="InvalidOperationException">The gateway was made without the member's peer address.</exception>
    public Task<EtcdGatewayHash> HashKVAsync(long revision, CancellationToken cancellationToken)
    {
        // etcd 3.4's JSON gateway has no HashKV (its "hash" is that of the whole file, which differs from member to member), and
        // learners refuse it to clients. The members' own corruption check asks here, in every version.
        var peer = _peer ?? throw new InvalidOperationException("A hash is to be had at the member's peer address, which was not given.");
        return peer.CallAsync<EtcdGatewayHash>(
            HttpMethod.Get, "members/hashkv", json => json.WriteNumber("revision", revision), Quick, cancellationToken);
    }

    /// <summary>The text of <c>/metrics</c>, which answers also while the member defragments.</summary>
    /// <param name="cancellationToken">Gives the wait up.</param>
    public async Task<string> GetMetricsAsync(CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "metrics");
        var (succeeded, body) = await _client.SendAsync(request, Quick, cancellationToken).ConfigureAwait(false);
        return succeeded ? body : throw GatewayChannel.Failure("metrics", body);
    }

    /// <summary>
    /// Begins a snapshot as a backup does and then takes no more of it, so that the member's stream stays open until the hold is
    /// disposed. The database must be larger than what fits into the buffers on the way, else the member is done before: on Linux's
    /// default settings 2 MiB are too little and 4 MiB are enough; 16 MiB leave room.
    /// </summary>
    /// <param name="cancellationToken">Gives the wait for the beginning up.</param>
    public async Task<EtcdSnapshotHold> OpenSnapshotAsync(CancellationToken cancellationToken)
    {
        var token = await _client.GetNewTokenAsync(cancellationToken).ConfigureAwait(false);
        return await EtcdSnapshotHold.OpenAsync(_clientUrl, _tls, token, Quick, _time, cancellationToken).ConfigureAwait(false);
    }
}
