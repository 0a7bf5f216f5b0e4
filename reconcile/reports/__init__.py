"""What one force gets from a release: its own people, and the minimum about their counterparts."""
