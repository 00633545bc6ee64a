using EtcdDefrag.Text;

namespace EtcdDefrag.Connection;

/// <summary>A setting of the connection cannot be used: a file that does not exist, a key that does not fit. Nothing was sent.</summary>
public sealed class EtcdSettingException : Exception
{
    /// <param name="setting">What was given, for example <c>client certificate '/etc/etcd/client.crt'</c>; never a secret.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="remedy">What to do, as a sentence.</param>
    /// <param name="innerException">The original exception, if any.</param>
    internal EtcdSettingException(string setting, string problem, string remedy, Exception? innerException = null)
        : base($"The {DisplayText.Value(setting)} cannot be used: {DisplayText.Value(problem)}.", innerException)
    {
        Setting = setting;
        Remedy = remedy;
    }

    /// <summary>What was given.</summary>
    public string Setting { get; }

    /// <summary>What to do.</summary>
    public string Remedy { get; }

    /// <summary>Whether what is missing is a password, which an interactive user can be asked for.</summary>
    internal bool WantsPassword { get; init; }
}
