"""What runs for which document, and what came of it."""
