using EtcdDefrag.Connection.Discovery;

namespace EtcdDefrag.Client.ServiceLookup;

/// <summary>An answer to a question for SRV records.</summary>
/// <param name="Code">The response code.</param>
/// <param name="IsTruncated">Whether it did not fit in its packet, so that it must be asked for again over TCP.</param>
/// <param name="Records">The records of the name asked for, and of what it is an alias of; none if the answer is truncated.</param>
internal sealed record DnsResponse(DnsResponseCode Code, bool IsTruncated, IReadOnlyList<ServiceRecord> Records)
{
    private const int AliasType = 5;
    private const int ResponseFlag = 0x8000;
    private const int OperationMask = 0x7800;
    private const int TruncatedFlag = 0x0200;
    private const int CodeMask = 0x000F;

    /// <summary>
    /// Whether a message is the answer to a question: its id, its kind and the question it repeats must be the same. Any other
    /// may be a forgery, or a delayed answer to another question, and says nothing.
    /// </summary>
    public static bool IsAnswerTo(ReadOnlySpan<byte> message, DnsQuery query)
    {
        try
        {
            var head = new DnsReader(message).ReadHead();
            return head.Id == query.Id
                && (head.Flags & (ResponseFlag | OperationMask)) == ResponseFlag
                && head.Questions == 1
                && head.Name.Equals(query.Name, StringComparison.OrdinalIgnoreCase)
                && (head.Type, head.Class) == (DnsQuery.ServiceType, DnsQuery.InternetClass);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    /// <summary>Reads a message that <see cref="IsAnswerTo"/> the question.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public static DnsResponse Read(ReadOnlySpan<byte> message, DnsQuery query)
    {
        var reader = new DnsReader(message);
        var head = reader.ReadHead();
        var isTruncated = (head.Flags & TruncatedFlag) != 0;
        var records = isTruncated ? [] : ReadRecords(ref reader, head.Answers, query.Name);
        return new DnsResponse((DnsResponseCode)(head.Flags & CodeMask), isTruncated, records);
    }

    private static List<ServiceRecord> ReadRecords(ref DnsReader reader, int count, string name)
    {
        var records = new List<ServiceRecord>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { name };
        for (var i = 0; i < count; i++)
        {
            var owner = reader.ReadName();
            var (type, isInternet) = (reader.ReadUInt16(), reader.ReadUInt16() == DnsQuery.InternetClass);
            reader.Skip(4);
            var length = reader.ReadUInt16();
            var end = reader.Position + length;

            // Records of other names were not asked for, and their sender may have no authority over those names.
            switch (isInternet && names.Contains(owner) ? type : 0)
            {
                case AliasType:
                    names.Add(reader.ReadName());
                    break;
                case DnsQuery.ServiceType:
                    var (priority, weight, port) = (reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadUInt16());
                    records.Add(new ServiceRecord(reader.ReadName(), port, priority, weight));
                    break;
                default:
                    reader.Skip(length);
                    break;
            }

            if (reader.Position != end)
            {
                throw new InvalidDataException("a record is not as long as it says");
            }
        }

        return records;
    }
}

/// <summary>What a resolver says about a question as a whole (RFC 1035, 4.1.1).</summary>
internal enum DnsResponseCode
{
    None,
    FormatError,
    ServerFailure,
    NoSuchName,
    NotImplemented,
    Refused,
}
