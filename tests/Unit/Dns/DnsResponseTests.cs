using EtcdDefrag.Client.ServiceLookup;
using EtcdDefrag.Connection.Discovery;
using static EtcdDefrag.Unit.Dns.DnsPacket;

namespace EtcdDefrag.Unit.Dns;

public sealed class DnsResponseTests
{
    private const string Whole =
        "1234 8180 0001 0002 0000 0000" +
        "0C 5F657463642D636C69656E74 04 5F746370 07 6578616D706C65 03 636F6D 00 0021 0001" +
        "C00C 0021 0001 0000012C 000F 0000 000A 094B 06 657463642D30 C01E" +
        "C00C 0021 0001 0000012C 0019 0005 0000 094C 05 6F74686572 07 6578616D706C65 03 6F7267 00";

    private static readonly byte[] WholeBytes = Convert.FromHexString(Whole.Replace(" ", "", StringComparison.Ordinal));

    [Fact]
    public void An_answer_gives_its_records_whether_or_not_their_names_are_compressed()
    {
        var response = DnsResponse.Read(WholeBytes, Query);

        Assert.True(DnsResponse.IsAnswerTo(WholeBytes, Query));
        Assert.Equal(DnsResponseCode.None, response.Code);
        Assert.False(response.IsTruncated);
        Assert.Equal(
            [new ServiceRecord("etcd-0.example.com", 2379, 0, 10), new ServiceRecord("other.example.org", 2380, 5, 0)],
            response.Records);
    }

    [Fact]
    public void An_answer_cut_short_anywhere_is_refused()
    {
        for (var length = 0; length < WholeBytes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => DnsResponse.Read(WholeBytes.AsSpan(0, length), Query));
        }
    }

    [Fact]
    public void Aliases_are_followed_and_what_was_not_asked_for_is_left_out()
    {
        byte[] elsewhere = Name("real", "example", "com");
        var answer = Answer(
            Service(Name("_etcd-client", "_tcp", "evil", "com"), 0, 0, 1, Name("evil", "com")),
            Record(Asked, 5, elsewhere),
            Record(Asked, 1, [10, 0, 0, 1]),
            Record(Asked, ServiceType, [1, 2, 3], internetClass: 3),
            Service(elsewhere, 1, 2, 3, [.. Labels("a"), .. Domain]));

        Assert.Equal([new ServiceRecord("a.example.com", 3, 1, 2)], DnsResponse.Read(answer, Query).Records);
    }

    [Fact]
    public void A_target_that_is_the_root_has_no_name() =>
        Assert.Equal("", Assert.Single(DnsResponse.Read(Answer(Service(Asked, 0, 0, 0, [0])), Query).Records).Target);

    [Fact]
    public void What_no_host_name_holds_is_written_so_that_it_cannot_be_taken_for_a_part_of_an_address()
    {
        var record = Service(Asked, 0, 0, 1, Name("a.b", "x@y/\u001b", "com"));

        Assert.Equal("a\\046b.x\\064y\\047\\027.com", Assert.Single(DnsResponse.Read(Answer(record), Query).Records).Target);
    }

    [Fact]
    public void A_truncated_answer_says_so_and_its_records_are_not_read()
    {
        var response = DnsResponse.Read(Answer(Answered | 0x0200, [0xC0]), Query);

        Assert.True(response.IsTruncated);
        Assert.Empty(response.Records);
    }

    [Theory]
    [InlineData(1, "FormatError")]
    [InlineData(2, "ServerFailure")]
    [InlineData(3, "NoSuchName")]
    [InlineData(4, "NotImplemented")]
    [InlineData(5, "Refused")]
    [InlineData(9, "9")]
    public void The_response_code_is_read(int code, string expected) =>
        Assert.Equal(expected, DnsResponse.Read(Answer(Answered | code), Query).Code.ToString());

    [Fact]
    public void Only_the_same_id_and_the_same_question_make_an_answer()
    {
        byte[] name = Name("_ETCD-client", "_tcp", "EXAMPLE", "com");

        Assert.True(DnsResponse.IsAnswerTo(Message(0x1234, Answered, [.. name, 0, 33, 0, 1]), Query));
        Assert.False(DnsResponse.IsAnswerTo(Message(0x1235, Answered, [.. name, 0, 33, 0, 1]), Query));
        Assert.False(DnsResponse.IsAnswerTo(Message(0x1234, Answered, [.. name, 0, 1, 0, 1]), Query));
        Assert.False(DnsResponse.IsAnswerTo(Message(0x1234, Answered, [.. name, 0, 33, 0, 3]), Query));
        Assert.False(DnsResponse.IsAnswerTo(Message(0x1234, Answered, [.. Name("example", "com"), 0, 33, 0, 1]), Query));
        Assert.False(DnsResponse.IsAnswerTo(Message(0x1234, 0x0100, [.. name, 0, 33, 0, 1]), Query));
        Assert.False(DnsResponse.IsAnswerTo(Message(0x1234, Answered | 0x2800, [.. name, 0, 33, 0, 1]), Query));
        Assert.False(DnsResponse.IsAnswerTo(Message(0x1234, Answered, []), Query));
        Assert.False(DnsResponse.IsAnswerTo([], Query));
    }

    public static TheoryData<string, byte[]> BadTargets() => new()
    {
        { "does not lead back", [0xC0, (byte)(FirstRecord + 18)] },
        { "does not lead back", [0xC0, (byte)(FirstRecord + 19)] },
        { "does not lead back", [1, (byte)'a', 0xC0, (byte)(FirstRecord + 18)] },
        { "does not lead back", [0xFF, 0xFF] },
        { "longer than DNS allows", [.. Labels(Enumerable.Repeat(new string('a', 63), 4).ToArray()), 0] },
        { "longer than DNS allows", [0x40, 0] },
        { "longer than DNS allows", [0x80, 0] },
        { "ends too early", [63, (byte)'a'] },
        { "ends too early", [0xC0] },
    };

    [Theory]
    [MemberData(nameof(BadTargets))]
    public void A_name_that_loops_or_never_ends_is_refused(string problem, byte[] target)
    {
        var answer = Answer(Service(Asked, 0, 0, 1, target));

        Assert.Contains(problem, Assert.Throws<InvalidDataException>(() => DnsResponse.Read(answer, Query)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_pointers_make_too_long_is_refused_and_so_cannot_multiply_a_message()
    {
        // Twenty thousand bytes, which every further record points to: 64 KB would otherwise become gigabytes.
        byte[] name = [.. Labels(Enumerable.Repeat("a", 10_000).ToArray()), 0];
        var further = Enumerable.Repeat(Service(Asked, 0, 0, 1, [0xC0, (byte)(FirstRecord + 12)]), 2_000);
        var answer = Answer([Record(Asked, 16, name), .. further]);

        Assert.Contains(
            "longer than DNS allows", Assert.Throws<InvalidDataException>(() => DnsResponse.Read(answer, Query)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Pointers_that_lead_in_a_circle_are_refused(int onward)
    {
        // The second record's name points back into the first one's data, and that to itself or to the second's name again.
        var data = FirstRecord + 12;
        var answer = Answer(Record(Asked, 16, [0xC0, (byte)(data + onward)]), Record([0xC0, (byte)data], ServiceType, [0]));

        Assert.Contains(
            "does not lead back", Assert.Throws<InvalidDataException>(() => DnsResponse.Read(answer, Query)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(6)]
    [InlineData(12)]
    [InlineData(500)]
    public void A_record_that_is_not_as_long_as_it_says_is_refused(int length)
    {
        byte[] data = [0, 0, 0, 0, 9, 0x4B, 1, (byte)'a', 0];

        Assert.Throws<InvalidDataException>(() => DnsResponse.Read(Answer(Record(Asked, ServiceType, data, length: length)), Query));
    }
}
