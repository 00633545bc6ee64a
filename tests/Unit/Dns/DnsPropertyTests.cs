using EtcdDefrag.Client.ServiceLookup;
using FsCheck;
using FsCheck.Fluent;
using static EtcdDefrag.Unit.Dns.DnsPacket;

namespace EtcdDefrag.Unit.Dns;

public sealed class DnsPropertyTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(5000).WithEndSize(120);

    private static readonly byte[] Good = Answer(
        Record(Asked, 5, Name("real", "example", "com")),
        Service(Name("real", "example", "com"), 1, 2, 2379, [.. Labels("etcd-0"), .. Domain]),
        Service(Asked, 1, 2, 2379, Name("etcd-1", "example", "com")));

    // Zeros, pointers and small lengths are what names are made of: they must meet.
    private static readonly Gen<byte> AnyByte = Gen.OneOf(Gen.Choose(0, 255), Gen.Choose(0, 40), Gen.Constant(0xC0)).Select(n => (byte)n);

    private static readonly Gen<byte[]> Noise = AnyByte.ArrayOf();

    private static readonly Gen<byte[]> Damaged =
        from places in Gen.Choose(0, Good.Length - 1).ListOf(4)
        from values in AnyByte.ListOf(4)
        select places.Zip(values).Aggregate((byte[])[.. Good], (message, change) =>
        {
            message[change.First] = change.Second;
            return message;
        });

    [Fact]
    public void Noise_is_read_or_refused_and_never_does_anything_else() =>
        Check.One(Many, Prop.ForAll(Noise.ToArbitrary(), ReadsOrRefuses));

    [Fact]
    public void Noise_behind_a_good_question_is_read_or_refused_and_never_does_anything_else() =>
        Check.One(Many, Prop.ForAll(Noise.ToArbitrary(), noise => ReadsOrRefuses(Answer(noise, noise, noise))));

    [Fact]
    public void A_damaged_answer_is_read_or_refused_and_never_does_anything_else() =>
        Check.One(Many, Prop.ForAll(Damaged.ToArbitrary(), ReadsOrRefuses));

    [Fact]
    public void A_name_that_can_be_asked_for_is_read_as_it_was_written()
    {
        var labels = Gen.Elements("abcXYZ019-_".ToCharArray()).NonEmptyListOf().Select(l => string.Concat(l.Take(63)));
        var names = labels.NonEmptyListOf().Select(l => string.Join('.', l.Take(3)));

        Check.One(Many, Prop.ForAll(names.ToArbitrary(), name =>
            DnsName.IsValid(name) && new DnsReader(DnsName.Write(name)).ReadName() == name));
    }

    private static bool ReadsOrRefuses(byte[] message)
    {
        _ = DnsResponse.IsAnswerTo(message, Query);
        try
        {
            return DnsResponse.Read(message, Query).Records.All(r => r.Target.Length <= 4 * 255);
        }
        catch (InvalidDataException refused)
        {
            return refused.Message.Length > 0;
        }
    }
}
