using Etcdserverpb;
using Google.Protobuf;

namespace EtcdDefrag.Client;

/// <summary>
/// What etcd 3.6 and later add to the answer to Status (rpc.proto, fields 11 to 13). dotnet-etcd's message ends before them, and
/// Google.Protobuf keeps what it does not know, so that they are in the message when it is written again.
/// </summary>
/// <param name="DbSizeQuota">The quota; below zero where there is none, zero where the member does not say.</param>
/// <param name="IsDowngrading">Whether a downgrade is under way.</param>
internal readonly record struct LaterStatusFields(long DbSizeQuota, bool IsDowngrading)
{
    private const int DbSizeQuotaField = 12;
    private const int DowngradeInfoField = 13;
    private const int DowngradeEnabledField = 1;

    /// <summary>Reads them; a field of another type than etcd's is passed over.</summary>
    public static LaterStatusFields Read(StatusResponse status)
    {
        var quota = 0L;
        var isDowngrading = false;
        using var message = new CodedInputStream(status.ToByteArray());
        while (message.ReadTag() is not 0 and var tag)
        {
            if (tag == WireFormat.MakeTag(DbSizeQuotaField, WireFormat.WireType.Varint))
            {
                quota = message.ReadInt64();
            }
            else if (tag == WireFormat.MakeTag(DowngradeInfoField, WireFormat.WireType.LengthDelimited))
            {
                isDowngrading = IsEnabled(message.ReadBytes());
            }
            else
            {
                message.SkipLastField();
            }
        }

        return new LaterStatusFields(quota, isDowngrading);
    }

    private static bool IsEnabled(ByteString downgradeInfo)
    {
        var isEnabled = false;
        using var message = downgradeInfo.CreateCodedInput();
        while (message.ReadTag() is not 0 and var tag)
        {
            if (tag == WireFormat.MakeTag(DowngradeEnabledField, WireFormat.WireType.Varint))
            {
                isEnabled = message.ReadBool();
            }
            else
            {
                message.SkipLastField();
            }
        }

        return isEnabled;
    }
}
