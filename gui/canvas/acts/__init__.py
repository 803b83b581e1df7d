"""What a person can do to the canvas that is in front, by topic: functions and their commands."""
