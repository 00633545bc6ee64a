namespace EtcdDefrag.Client.Calls;

/// <summary>
/// One call and what became of it, as seen below the gRPC library. The library makes a status of every failure, its own and the
/// network's; only here is known what the member really said, and whether it can have heard the question.
/// </summary>
internal sealed class MemberCall : IDisposable
{
    /// <summary>The largest message taken or sent, in bytes: gRPC's own default. etcd takes 1.5 MiB by default.</summary>
    public const int MaxMessageBytes = 4 * 1024 * 1024;

    private readonly CancellationTokenSource _overdue;
    private readonly CancellationTokenSource _either;
    private int _timesSent;
    private volatile Exception? _failure;

    /// <summary>Begins a call.</summary>
    /// <param name="name">The method, as it is named in messages.</param>
    /// <param name="changesState">Whether the call changes the member, so that its bytes may leave this process once only.</param>
    /// <param name="isStream">Whether it is answered by any number of messages, for each of which the deadline holds.</param>
    /// <param name="deadline">How long to wait for the answer once connected.</param>
    /// <param name="connectionTimeout">How long connecting may take on top of that.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public MemberCall(
        string name,
        bool changesState,
        bool isStream,
        TimeSpan deadline,
        TimeSpan connectionTimeout,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        Name = name;
        ChangesState = changesState;
        IsStream = isStream;
        Deadline = deadline;

        // Two clocks in one: until there is a connection the time to connect counts too, and from then on only the deadline.
        _overdue = new CancellationTokenSource(deadline + connectionTimeout, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _overdue.Token);
    }

    /// <summary>What the gRPC library's request is known by until it comes to the handler below it.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N");

    /// <summary>The method, as it is named in messages.</summary>
    public string Name { get; }

    public bool ChangesState { get; }

    public bool IsStream { get; }

    public TimeSpan Deadline { get; }

    /// <summary>Ends the call when the caller gives up or its time is over.</summary>
    public CancellationToken Token => _either.Token;

    public bool IsOverdue => _overdue.IsCancellationRequested;

    /// <summary>Called before the first byte of the message may leave; null for nobody.</summary>
    public Action? Sending { get; set; }

    /// <summary>Whether the member may be changing something.</summary>
    public bool MayHaveBegun => ChangesState && Volatile.Read(ref _timesSent) > 0;

    /// <summary>How many messages of the answer have begun to arrive.</summary>
    public int Messages { get; set; }

    /// <summary>The status that the member really sent; null where none arrived.</summary>
    public GrpcStatus? Status { get; set; }

    /// <summary>What the HTTP stack threw, or what is wrong with the answer; null where the failure, if any, is not of that kind.</summary>
    public Exception? Failure => _failure;

    /// <summary>Refuses a message that is too large before there is room made for it.</summary>
    /// <exception cref="AnswerFormatException">It is larger than <see cref="MaxMessageBytes"/>.</exception>
    public static void CheckLength(uint length, string what)
    {
        if (length > MaxMessageBytes)
        {
            throw new AnswerFormatException($"{what} is {length} bytes long, more than the {MaxMessageBytes} allowed");
        }
    }

    /// <summary>Called when there is a connection and the message is being sent.</summary>
    /// <exception cref="IOException">It would be sent again, and must not.</exception>
    public void BeginSending()
    {
        if (Interlocked.Increment(ref _timesSent) > 1 && ChangesState)
        {
            throw new IOException("the connection was lost, and this call is not made twice");
        }

        Sending?.Invoke();
        WaitAgain();
    }

    /// <summary>Keeps why the call failed; what comes first is the reason.</summary>
    public void Fail(Exception failure) => _failure ??= failure;

    /// <summary>Starts the deadline anew.</summary>
    public void WaitAgain() => _overdue.CancelAfter(Deadline);

    /// <summary>Stops the clock while it is the caller who takes their time.</summary>
    public void Pause() => _overdue.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _either.Dispose();
        _overdue.Dispose();
    }
}
