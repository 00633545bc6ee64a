// A cluster is three busy processes: a small machine bears two side by side.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
