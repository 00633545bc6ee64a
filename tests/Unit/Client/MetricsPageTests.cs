using System.Text;
using EtcdDefrag.Client;

namespace EtcdDefrag.Unit.Client;

/// <summary>A member's metrics page is bounded, whatever sends it.</summary>
public sealed class MetricsPageTests
{
    [Theory]
    [InlineData("x")]
    [InlineData("x\n")]
    public async Task A_page_without_end_is_given_up_after_16_MiB(string repeated)
    {
        using var page = new EndlessStream(Encoding.ASCII.GetBytes(repeated));

        await Assert.ThrowsAsync<InvalidDataException>(() => MetricsPage.ReadAsync(page, CancellationToken.None));

        Assert.InRange(page.BytesRead, 16L << 20, 17L << 20);
    }

    [Theory]
    [InlineData(5_000)]
    [InlineData(16 * 1024)]
    [InlineData(100_000)]
    public async Task A_line_that_is_too_long_is_passed_over_and_the_next_one_is_read(int length)
    {
        using var page = new MemoryStream(Encoding.ASCII.GetBytes(
            $"etcd_disk_defrag_inflight 1{new string(' ', length)}\r\netcd_server_quota_backend_bytes 2.147483648e+09\r\nprocess_start_time_seconds 1.7e9"));

        var metrics = await MetricsPage.ReadAsync(page, CancellationToken.None);

        Assert.Null(metrics.IsDefragmenting);
        Assert.Equal(2L << 30, metrics.QuotaBytes);
        Assert.NotNull(metrics.ProcessStartedAt);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16 * 1024)]
    public async Task A_line_is_read_in_whatever_parts_it_comes(int part)
    {
        var text = $"# {new string('x', 16_370)}\nprocess_start_time_seconds 1.7e9\n"
            + string.Concat(Enumerable.Range(0, 900).Select(i => $"grpc_server_handled_total{{grpc_code=\"{i}\",grpc_method=\"Snapshot\"}} 1\n"))
            + "grpc_server_started_total{grpc_method=\"Snapshot\"} 902\netcd_disk_defrag_inflight_other 1\netcd_disk_defrag_inflight 0";
        using var page = new InParts(Encoding.ASCII.GetBytes(text), part);

        var metrics = await MetricsPage.ReadAsync(page, CancellationToken.None);

        Assert.Equal((2L, (bool?)false), (metrics.OpenSnapshotCount, metrics.IsDefragmenting));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), metrics.ProcessStartedAt);
    }

    [Theory]
    [InlineData("45dd49f5bc31fc86", "45dd49f5bc31fc86")]
    [InlineData("00DD49F5BC31FC86", "dd49f5bc31fc86")]
    [InlineData("", null)]
    [InlineData("etcd-1", null)]
    public async Task The_page_says_whose_it_is(string label, string? id)
    {
        using var page = new MemoryStream(Encoding.ASCII.GetBytes($"# TYPE etcd_server_id gauge\netcd_server_id{{server_id=\"{label}\"}} 1\n"));

        Assert.Equal(id, (await MetricsPage.ReadAsync(page, CancellationToken.None)).MemberId);
    }

    private sealed class InParts(byte[] page, int part) : MemoryStream(page)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(part, buffer.Length)], cancellationToken);
    }

    private sealed class EndlessStream(byte[] repeated) : Stream
    {
        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            for (var i = 0; i < count; i++)
            {
                buffer[offset + i] = repeated[(BytesRead + i) % repeated.Length];
            }

            BytesRead += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
