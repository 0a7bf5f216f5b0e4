"""The synthetic scenarios: people, what forces recorded of them, and the truth beside."""
