"""A zone's turns as a film: dragged through, everything inside the zone shows that turn."""
