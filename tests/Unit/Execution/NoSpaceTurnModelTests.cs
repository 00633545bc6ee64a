namespace EtcdDefrag.Unit.Execution;

/// <summary>
/// The protocol by which runs keep apart, with and without NOSPACE, in every interleaving of its single calls. Each call is atomic in
/// etcd; NOSPACE may be armed or cleared between any two, the keys may be put anew by a monitor, and any run may die at any point.
/// </summary>
public sealed class NoSpaceTurnModelTests
{
    private const int Runs = 3;

    // Two turns: enough for one that follows another in the same row.
    private const int Keys = 4;

    /// <summary>Where a run stands.</summary>
    private enum Place
    {
        Begin, LooksWithKey, HasLock, LooksWithoutKey, ReadRow, HasTurn, EndedTurn, Over, Dead,
    }

    [Fact]
    public void No_two_runs_ever_overlap()
    {
        var seen = new HashSet<State>();
        var open = new Queue<State>([new State(true, 0, 0, null, [Place.Begin, Place.Begin, Place.Begin], [0, 0, 0], [0, 0, 0], 0)]);
        var turns = 0;
        var seconds = 0;
        while (open.TryDequeue(out var state))
        {
            if (!seen.Add(state))
            {
                continue;
            }

            Assert.True(state.Places.Count(p => p is Place.HasLock or Place.HasTurn) <= 1, state.ToString());
            turns += state.Places.Contains(Place.HasTurn) ? 1 : 0;
            seconds += state.Places.Contains(Place.HasTurn) && state.First == 3 ? 1 : 0;
            foreach (var next in Follow(state))
            {
                open.Enqueue(next);
            }
        }

        // A model in which nobody ever has a turn, or a second one, would prove nothing.
        Assert.True(turns > 100 && seconds > 100, $"{turns} and {seconds} of {seen.Count}");
    }

    private static IEnumerable<State> Follow(State s)
    {
        if (s.Switches < 2)
        {
            yield return s with { HasRoom = !s.HasRoom, Switches = s.Switches + 1 };
        }

        if (s.CanPut)
        {
            yield return s.Put();
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
        var (at, text) = (s.At[run], s.Texts[run]);
        switch (s.Places[run])
        {
            case Place.Begin when s.HasRoom:
                yield return s.Lock is null ? (s with { Lock = run }).Go(run, Place.LooksWithKey) : s.Go(run, Place.Over);
                break;
            case Place.Begin:
                yield return s.Go(run, Place.LooksWithoutKey);
                break;

            // The keys are read one by one, until one is there.
            case Place.LooksWithKey when at < s.First && at < Keys:
                yield return s.Go(run, Place.LooksWithKey, at + 1);
                break;
            case Place.LooksWithKey:
                yield return at % 2 == 1 ? (s with { Lock = null }).Go(run, Place.Over) : s.Go(run, Place.HasLock);
                break;
            case Place.LooksWithoutKey when at < s.First && at < Keys:
                yield return s.Go(run, Place.LooksWithoutKey, at + 1);
                break;
            case Place.LooksWithoutKey:
                yield return at % 2 == 1 || at == Keys ? s.Go(run, Place.Over) : s.Go(run, Place.ReadRow, at, s.Text);
                break;
            case Place.HasLock:
                yield return (s with { Lock = null }).Go(run, Place.Over);
                break;
            case Place.ReadRow:
                yield return s.First == at && s.Text == text && s.Lock is null
                    ? (s with { First = at + 1 }).Go(run, Place.HasTurn, at, text)
                    : s.Go(run, Place.Over);
                break;
            case Place.HasTurn:
                yield return s.End(at, text).Go(run, Place.EndedTurn, at, text);
                break;
            case Place.EndedTurn:
                // The answer was lost and it is ended once more.
                yield return s.End(at, text).Go(run, Place.Over);
                break;
            default:
                break;
        }
    }

    /// <summary>A state of the whole.</summary>
    /// <param name="HasRoom">Whether NOSPACE is not armed.</param>
    /// <param name="First">The first key that is there; as many as there are keys where none is.</param>
    /// <param name="Text">The text of the row.</param>
    /// <param name="Lock">Who holds the lock.</param>
    /// <param name="Places">Where each run stands.</param>
    /// <param name="At">The key that each run is at.</param>
    /// <param name="Texts">The text that each run has read.</param>
    /// <param name="Switches">How often the alarm has changed.</param>
    private sealed record State(bool HasRoom, int First, int Text, int? Lock, Place[] Places, int[] At, int[] Texts, int Switches)
    {
        public bool CanPut => HasRoom && First > 0 && First % 2 == 0 && Text < 2;

        public State Put() => this with { First = 0, Text = Text + 1 };

        public State End(int at, int text) => First == at + 1 && Text == text ? this with { First = at + 2 } : this;

        public State Go(int run, Place place, int at = 0, int text = 0) => this with
        {
            Places = [.. Places.Select((p, i) => i == run ? place : p)],
            At = [.. At.Select((a, i) => i == run ? at : a)],
            Texts = [.. Texts.Select((t, i) => i == run ? text : t)],
        };

        public bool Equals(State? other) => other is not null && ToString() == other.ToString();

        public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);

        public override string ToString() =>
            $"{HasRoom} {First}/{Text} {Lock} {string.Join(',', Places)} {string.Join(',', At)} {string.Join(',', Texts)} {Switches}";
    }
}
