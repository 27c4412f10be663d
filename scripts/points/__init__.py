"""Design points: how one is named, what its result depends on, how it is run and kept, what a period costs."""
