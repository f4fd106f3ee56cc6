"""What operators need: backup, health, logs, metrics, periodic jobs, retention, and the generated reference."""
