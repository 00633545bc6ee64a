using EtcdDefrag.Events;

namespace EtcdDefrag.Reporting;

/// <summary>The newest events of a monitor, for its page. Events come from one thread, and the page is read by others.</summary>
internal sealed class ReportHistory
{
    /// <summary>A round of a thousand clusters has some three thousand.</summary>
    private const int MaxItems = 5000;

    private readonly Queue<ReportItem> _items = new();

    public IReadOnlyList<ReportItem> Items
    {
        get
        {
            lock (_items)
            {
                return [.. _items];
            }
        }
    }

    public void Add(IEnumerable<EtcdMonitorEvent> entries)
    {
        lock (_items)
        {
            foreach (var item in entries.Select(ReportItem.Of).OfType<ReportItem>())
            {
                _items.Enqueue(item);
            }

            while (_items.Count > MaxItems)
            {
                _items.Dequeue();
            }
        }
    }
}
