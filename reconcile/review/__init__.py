"""What people decide about links: what waits for them, the append-only decision log and its state, unmerging."""
