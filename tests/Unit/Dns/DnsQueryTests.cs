using EtcdDefrag.Client.ServiceLookup;

namespace EtcdDefrag.Unit.Dns;

public sealed class DnsQueryTests
{
    [Fact]
    public void A_question_is_one_for_SRV_records_that_asks_for_recursion() =>
        Assert.Equal(
            "BEEF01000001000000000000" + "055F65746364045F746370076578616D706C6503636F6D00" + "00210001",
            Convert.ToHexString(new DnsQuery(0xBEEF, "_etcd._tcp.example.com").Write()));

    [Fact]
    public void Ids_cannot_be_foretold()
    {
        var ids = Enumerable.Range(0, 64).Select(_ => DnsQuery.Create("a.b").Id).ToArray();

        // 64 of 65536: a repeated one may be, a repeating or a counting generator may not.
        Assert.True(ids.Distinct().Count() > 48);
        Assert.Contains(ids.Zip(ids.Skip(1)), pair => Math.Abs(pair.First - pair.Second) > 256);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("a..b", false)]
    [InlineData("a b.c", false)]
    [InlineData("bücher.example", false)]
    [InlineData("_etcd-client._tcp.example.com", true)]
    public void A_name_must_be_one_that_can_be_asked_for(string name, bool expected) => Assert.Equal(expected, DnsName.IsValid(name));

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void A_part_of_a_name_has_at_most_63_bytes(int length, bool expected) =>
        Assert.Equal(expected, DnsName.IsValid(new string('a', length) + ".com"));

    [Theory]
    [InlineData(61, true)]
    [InlineData(62, false)]
    public void A_name_has_at_most_253_characters(int last, bool expected) =>
        Assert.Equal(expected, DnsName.IsValid(string.Join('.', [.. Enumerable.Repeat(new string('a', 63), 3), new string('a', last)])));
}
