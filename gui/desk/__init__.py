"""The open documents, and everything about files: opened, kept safe, watched, saved, closed."""
