"""The rooms joined: each file tells some rooms of others, and does nothing that a room can do."""
