using EtcdDefrag.Offline;
using EtcdDefrag.Unit.Support;
using FsCheck;
using FsCheck.Fluent;
using static EtcdDefrag.Unit.Offline.DatabaseBuilder;

namespace EtcdDefrag.Unit.Offline;

/// <summary>A database file is judged by its pages; one that is damaged is an answer, and ends every walk.</summary>
public sealed class SnapshotReaderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcd-defrag-");

    private string File => Path.Combine(_folder.FullName, "etcd.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_whole_snapshot_is_read_as_etcdutl_reads_it()
    {
        var status = await ReadAsync(Create().ToArray());

        Assert.Empty(status.Problems);
        Assert.Equal(EtcdutlsHash, status.Hash);
        Assert.Equal((7L, 3L, 3L, 9L), (status.Revision, status.CompactRevision, status.Keys, status.Entries));
        Assert.Equal((7L * PageSize, 6L * PageSize, PageSize), (status.DbSize, status.DbSizeInUse, status.DbSizeFree));
        Assert.Equal(("3.6.0", true), (status.StorageVersion, status.IsSha256Verified));
    }

    [Fact]
    public async Task A_copy_of_a_database_has_no_hash_to_compare_and_may_have_room_behind_its_pages()
    {
        var status = await ReadAsync([.. Create().ToArray(isSnapshot: false), .. new byte[3 * PageSize]]);

        Assert.Empty(status.Problems);
        Assert.Equal((EtcdutlsHash, (bool?)null, 7L * PageSize), (status.Hash, status.IsSha256Verified, status.DbSize));
    }

    [Fact]
    public async Task Keys_are_not_counted_while_a_compaction_is_under_way()
    {
        var status = await ReadAsync(Create(scheduledCompaction: 6).ToArray());

        Assert.Equal(((long?)null, 9L), (status.Keys, status.Entries));
    }

    [Fact]
    public async Task One_of_the_two_first_pages_is_enough()
    {
        var first = await ReadAsync(Create().Change(1, 20, 99).ToArray());
        var second = await ReadAsync(Create().Change(0, 20, 99).ToArray());

        Assert.Equal((EtcdutlsHash, EtcdutlsHash), (first.Hash, second.Hash));
        Assert.Contains("Neither of the two pages", (await ReadAsync(Create().Change(0, 20, 99).Change(1, 20, 99).ToArray())).Problems[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is neither a branch nor a leaf", FirstLeaf, 8, 3)]
    [InlineData("where page 4 should be there is something else", FirstLeaf, 0, 9)]
    [InlineData("where page 4 should be there is something else", FirstLeaf, 14, 200)]
    [InlineData("page 5 is used twice", FirstLeaf, 12, 1)]
    [InlineData("page 4 cannot hold", FirstLeaf, 11, 200)]
    [InlineData("is not within its page", FirstLeaf, 16 + 9, 255)]
    [InlineData("is not within its page", FirstLeaf, 32 + 4, 0)]
    [InlineData("page 9 is referred to", BranchPage, 16 + 8, 9)]
    [InlineData("page 3 is used twice", BranchPage, 16 + 8, BranchPage)]
    [InlineData("page 2 is used twice", BranchPage, 32 + 8, RootPage)]
    [InlineData("something else than buckets", RootPage, 16, 0)]
    [InlineData("keys are not in order", FirstLeaf, 16 + 48 + 7, 9)]
    [InlineData("keys are not in order", BranchPage, 16 + 32 + 7, 3)]
    [InlineData("whose key is not a revision", FirstLeaf, 16 + 48 + 8, 127)]
    public async Task What_is_damaged_is_named(string problem, int page, int at, byte value)
    {
        var status = await ReadAsync(Create().Change(page, at, value).ToArray(isSnapshot: false));

        Assert.True(status.IsDamaged);
        Assert.Contains(problem, status.Problems.Single(), StringComparison.OrdinalIgnoreCase);
        Assert.Null(status.Hash);
    }

    [Fact]
    public async Task A_snapshot_that_was_changed_or_cut_off_is_damaged()
    {
        var whole = Create().ToArray();
        var changed = whole.ToArray();
        changed[^40] ^= 1;

        Assert.Equal("The SHA-256 at its end is not that of its content.", (await ReadAsync(changed)).Problems.Single());
        Assert.Contains("Its end is missing", (await ReadAsync(whole[..^10])).Problems[0], StringComparison.Ordinal);
        Assert.Contains("It is cut off: its 7 pages need 28672 bytes", (await ReadAsync(whole[..(3 * PageSize)])).Problems[0], StringComparison.Ordinal);
        Assert.NotEmpty((await ReadAsync([])).Problems);
    }

    [Fact]
    public Task A_folder_and_a_missing_file_are_not_read() => Task.WhenAll(
        Assert.ThrowsAsync<UnauthorizedAccessException>(() => SnapshotReader.ReadAsync(_folder.FullName, default)),
        Assert.ThrowsAsync<FileNotFoundException>(() => SnapshotReader.ReadAsync(File, default)));

    [Fact]
    public void Whatever_bytes_it_has_there_is_an_answer() => Check.One(Fuzz.Config, Prop.ForAll(
        (from at in Gen.Choose(0, (7 * PageSize) - 1) from value in Gen.Choose(0, 255) select (at, value)).ListOf().ToArbitrary(),
        changes =>
        {
            // Changes in heads and elements, where lengths and page numbers are: else most would hit empty room.
            var bytes = Create().ToArray(isSnapshot: false);
            foreach (var (at, value) in changes)
            {
                bytes[(at / PageSize * PageSize) + (at % 256)] = (byte)value;
            }

            System.IO.File.WriteAllBytes(File, bytes);
            using var end = new CancellationTokenSource(TimeSpan.FromMinutes(5));
            var status = SnapshotReader.Read(File, end.Token);
            Assert.True(status.IsDamaged || status.Hash is not null);
        }));

    /// <summary>What etcdutl 3.6 shows for the file that the builder makes.</summary>
    private const string EtcdutlsHash = "6fdf2543";

    private async Task<EtcdSnapshotStatus> ReadAsync(byte[] content)
    {
        await System.IO.File.WriteAllBytesAsync(File, content);
        return await SnapshotReader.ReadAsync(File, default);
    }
}
