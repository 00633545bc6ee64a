// Most tests wait for clusters of several processes, so that a few can go side by side even on a small machine.
[assembly: CollectionBehavior(MaxParallelThreads = 3)]
