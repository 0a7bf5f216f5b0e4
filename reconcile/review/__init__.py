"""What people decide about links: the append-only decision log and the state that follows from it."""
