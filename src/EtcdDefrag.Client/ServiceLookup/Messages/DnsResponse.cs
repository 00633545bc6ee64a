using EtcdDefrag.Connection.Discovery;

namespace EtcdDefrag.Client.ServiceLookup.Messages;

/// <summary>An answer to a question for SRV records.</summary>
/// <param name="Code">The response code.</param>
/// <param name="IsTruncated">Whether it did not fit in its packet, so that it must be asked for again over TCP.</param>
/// <param name="Records">The records for the name asked, and for what it is an alias of; none where the answer is truncated.</param>
internal sealed record DnsResponse(DnsResponseCode Code, bool IsTruncated, IReadOnlyList<ServiceRecord> Records)
{
    private const int AliasType = 5;
    private const int ResponseFlag = 0x8000;
    private const int OperationMask = 0x7800;
    private const int TruncatedFlag = 0x0200;
    private const int CodeMask = 0x000F;

    /// <summary>
    /// Whether a message is the answer to a question: its id, its kind and the question it repeats must be the same. What is not
    /// may be a forgery, or the late answer to another question, and says nothing.
    /// </summary>
    /// <param name="message">The message as it came.</param>
    /// <param name="query">The question.</param>
    public static bool IsAnswerTo(ReadOnlySpan<byte> message, DnsQuery query)
    {
        try
        {
            var reader = new DnsReader(message);
            return reader.ReadUInt16() == query.Id
                && (reader.ReadUInt16() & (ResponseFlag | OperationMask)) == ResponseFlag
                && reader.ReadUInt16() == 1
                && SkipCountsAndReadName(ref reader).Equals(query.Name, StringComparison.OrdinalIgnoreCase)
                && reader.ReadUInt16() == DnsQuery.ServiceType
                && reader.ReadUInt16() == DnsQuery.InternetClass;
        }
        catch (DnsFormatException)
        {
            return false;
        }
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="message">A message that <see cref="IsAnswerTo"/> the question.</param>
    /// <param name="query">The question.</param>
    /// <exception cref="DnsFormatException">It cannot be read.</exception>
    public static DnsResponse Read(ReadOnlySpan<byte> message, DnsQuery query)
    {
        var reader = new DnsReader(message);
        reader.Skip(2);
        var flags = reader.ReadUInt16();
        reader.Skip(2);
        var answers = reader.ReadUInt16();
        reader.Skip(4);
        reader.ReadName();
        reader.Skip(4);

        var isTruncated = (flags & TruncatedFlag) != 0;
        var records = isTruncated ? [] : ReadRecords(ref reader, answers, query.Name);
        return new DnsResponse((DnsResponseCode)(flags & CodeMask), isTruncated, records);
    }

    private static string SkipCountsAndReadName(ref DnsReader reader)
    {
        reader.Skip(6);
        return reader.ReadName();
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
            var start = reader.Position;

            // Records for other names were not asked for, and whoever adds them may not be trusted with them.
            switch (isInternet && names.Contains(owner) ? type : 0)
            {
                case AliasType:
                    names.Add(reader.ReadName());
                    break;
                case DnsQuery.ServiceType:
                    records.Add(ReadService(ref reader));
                    break;
                default:
                    reader.Skip(length);
                    break;
            }

            if (reader.Position != start + length)
            {
                throw new DnsFormatException("a record is not as long as it says");
            }
        }

        return records;
    }

    private static ServiceRecord ReadService(ref DnsReader reader)
    {
        var (priority, weight, port) = (reader.ReadUInt16(), reader.ReadUInt16(), reader.ReadUInt16());
        return new ServiceRecord(reader.ReadName(), port, priority, weight);
    }
}

/// <summary>What a resolver says about a question as a whole (RFC 1035, 4.1.1).</summary>
internal enum DnsResponseCode
{
    /// <summary>NOERROR.</summary>
    None = 0,

    /// <summary>FORMERR.</summary>
    FormatError = 1,

    /// <summary>SERVFAIL.</summary>
    ServerFailure = 2,

    /// <summary>NXDOMAIN.</summary>
    NoSuchName = 3,

    /// <summary>NOTIMP.</summary>
    NotImplemented = 4,

    /// <summary>REFUSED.</summary>
    Refused = 5,
}
