namespace EtcdDefrag.Unit.Execution;

/// <summary>
/// The protocol by which runs keep apart, with and without NOSPACE, in every interleaving of its single calls. Each call is atomic in
/// etcd; NOSPACE may be armed or cleared between any two, and any run may die at any point.
/// </summary>
public sealed class NoSpaceTurnModelTests
{
    private const int Runs = 3;

    /// <summary>Where a run stands.</summary>
    private enum Place
    {
        Begin, HasKey, SawFirstGone, HasLock, ReadPair, HasTurn, EndedTurn, Over, Dead,
    }

    [Fact]
    public void No_two_runs_ever_overlap()
    {
        var seen = new HashSet<State>();
        var open = new Queue<State>([new State(true, "A", "A", null, [Place.Begin, Place.Begin, Place.Begin], ["", "", ""], 0)]);
        var turns = 0;
        while (open.TryDequeue(out var state))
        {
            if (!seen.Add(state))
            {
                continue;
            }

            Assert.True(state.Places.Count(p => p is Place.HasLock or Place.HasTurn) <= 1, state.ToString());
            turns += state.Places.Contains(Place.HasTurn) ? 1 : 0;
            foreach (var next in Follow(state))
            {
                open.Enqueue(next);
            }
        }

        // A model in which nobody ever has a turn would prove nothing.
        Assert.True(turns > 100, $"{turns} of {seen.Count}");
    }

    private static IEnumerable<State> Follow(State s)
    {
        if (s.Switches < 3)
        {
            yield return s with { HasRoom = !s.HasRoom, Switches = s.Switches + 1 };
        }

        for (var run = 0; run < Runs; run++)
        {
            foreach (var next in Step(s, run))
            {
                yield return next;
            }

            if (s.Places[run] is not (Place.Over or Place.Dead))
            {
                // Its lease ends by itself some time after; what has no lease stays.
                yield return (s.Lock == run ? s with { Lock = null } : s).Go(run, Place.Dead);
            }
        }
    }

    private static IEnumerable<State> Step(State s, int run)
    {
        switch (s.Places[run])
        {
            case Place.Begin when s.HasRoom:
                yield return s.Lock is null ? (s with { Lock = run }).Go(run, Place.HasKey) : s.Go(run, Place.Over);
                break;
            case Place.Begin:
                yield return s.First.Length > 0 ? s.Go(run, Place.ReadPair, s.First) : s.Go(run, Place.Over);
                break;
            case Place.HasKey:
                yield return s.Go(run, s.First.Length == 0 ? Place.SawFirstGone : Place.HasLock);
                break;
            case Place.SawFirstGone:
                yield return s.Second.Length > 0 ? (s with { Lock = null }).Go(run, Place.Over) : s.Go(run, Place.HasLock);
                break;
            case Place.HasLock:
                yield return (s with { Lock = null }).Go(run, Place.Over);
                if (s is { HasRoom: true, First: "", Second: "" })
                {
                    yield return s with { First = $"{run}", Second = $"{run}" };
                }

                break;
            case Place.ReadPair:
                yield return s.First == s.Texts[run] && s.Second == s.Texts[run] && s.Lock is null
                    ? (s with { First = "" }).Go(run, Place.HasTurn, s.Texts[run])
                    : s.Go(run, Place.Over);
                break;
            case Place.HasTurn:
                yield return (s.Second == s.Texts[run] && s.First.Length == 0 ? s with { Second = "" } : s).Go(run, Place.EndedTurn, s.Texts[run]);
                break;
            case Place.EndedTurn:
                // The answer was lost and it is ended once more; then the next pair is put, where there is room.
                yield return s.Second == s.Texts[run] && s.First.Length == 0 ? s with { Second = "" } : s.Go(run, Place.Over);
                yield return s is { HasRoom: true, First: "", Second: "" } ? (s with { First = $"{run}", Second = $"{run}" }).Go(run, Place.Over) : s.Go(run, Place.Over);
                break;
            default:
                break;
        }
    }

    private sealed record State(bool HasRoom, string First, string Second, int? Lock, Place[] Places, string[] Texts, int Switches)
    {
        public State Go(int run, Place place, string text = "") => this with
        {
            Places = [.. Places.Select((p, i) => i == run ? place : p)],
            Texts = [.. Texts.Select((t, i) => i == run ? text : t)],
        };

        public bool Equals(State? other) => other is not null && ToString() == other.ToString();

        public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

        public override string ToString() => $"{HasRoom} {First}/{Second} {Lock} {string.Join(',', Places)} {string.Join(',', Texts)} {Switches}";
    }
}
