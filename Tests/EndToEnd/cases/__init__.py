"""What must hold when the real agents do the work, by topic."""
