using System.Text.Json;
using EtcdDefrag.Connection;

namespace EtcdDefrag.Unit.Connection;

public sealed class EtcdCredentialTests
{
    [Theory]
    [InlineData("root:pass:word", null, "root", "pass:word")]
    [InlineData("root:", null, "root", "")]
    [InlineData("root", "secret", "root", "secret")]
    public void A_user_is_read_as_etcdctl_reads_it(string user, string? password, string name, string expected)
    {
        var credential = EtcdCredential.TryParse(user, password);

        Assert.Equal((name, expected), (credential?.UserName, credential?.RevealPassword()));
    }

    [Fact]
    public void A_user_without_a_password_must_be_asked_for_it() => Assert.Null(EtcdCredential.TryParse("root", null));

    [Fact]
    public void A_password_that_is_given_twice_is_refused_and_neither_is_shown()
    {
        var refused = Assert.Throws<EtcdSettingException>(() => EtcdCredential.TryParse("root:old", "secret"));

        Assert.Equal("The user 'root' cannot be used: a password follows the name, and another one is given as well.", refused.Message);
        Assert.DoesNotContain("old", $"{refused} {refused.Remedy}", StringComparison.Ordinal);
        Assert.DoesNotContain("secret", $"{refused} {refused.Remedy}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_without_a_name_is_refused() => Assert.Throws<EtcdSettingException>(() => EtcdCredential.TryParse(":secret", null));

    [Fact]
    public void The_password_is_in_no_text_of_the_options()
    {
        var options = new EtcdConnectionOptions { Credential = new EtcdCredential("root", "secret") };

        Assert.DoesNotContain("secret", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", JsonSerializer.Serialize(options), StringComparison.Ordinal);
        Assert.Contains("root", options.ToString(), StringComparison.Ordinal);
    }
}
