using System.Globalization;

namespace EtcdDefrag.Model;

/// <summary>
/// A member's id as a user writes it. <c>etcdctl member list</c> prints ids in hexadecimal digits, <c>etcdctl alarm list</c> in decimal
/// ones, and both are copied from there.
/// </summary>
internal static class MemberIdText
{
    /// <summary>Whether a text is the id of a member, in hexadecimal or in decimal digits.</summary>
    public static bool Names(string text, string memberId) =>
        text.Equals(memberId, StringComparison.OrdinalIgnoreCase) || text == ToDecimal(memberId);

    /// <summary>An id in decimal digits; null where it is not an id.</summary>
    public static string? ToDecimal(string memberId) =>
        ulong.TryParse(memberId, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var id) ? id.ToString(CultureInfo.InvariantCulture) : null;
}
