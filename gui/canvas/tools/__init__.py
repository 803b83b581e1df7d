"""What the pointer is doing: one object a gesture."""
