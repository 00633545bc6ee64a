using EtcdDefrag.Text;

namespace EtcdDefrag.Connection;

/// <summary>A setting of the connection cannot be used: a file that is not there, a key that does not fit. Nothing was sent.</summary>
public sealed class EtcdSettingException : Exception
{
    /// <summary>Says what is wrong with which setting.</summary>
    /// <param name="setting">What was given, for example <c>client certificate '/etc/etcd/client.crt'</c>; never a secret.</param>
    /// <param name="problem">What is wrong, as the end of a sentence.</param>
    /// <param name="remedy">What can be done, as a sentence.</param>
    /// <param name="innerException">The original exception, where there is one.</param>
    public EtcdSettingException(string setting, string problem, string remedy, Exception? innerException = null)
        : base($"The {DisplayText.Value(setting)} cannot be used: {DisplayText.Value(problem)}.", innerException)
    {
        Setting = setting;
        Remedy = remedy;
    }

    /// <summary>What was given.</summary>
    public string Setting { get; }

    /// <summary>What can be done.</summary>
    public string Remedy { get; }

    /// <summary>Whether a password is what is missing, which whoever sits before the machine can be asked for.</summary>
    public bool WantsPassword { get; init; }
}
