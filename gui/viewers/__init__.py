"""Looking at values: one viewer a kind of value, the panel they stand in, pins, comparing."""
