"""What the engine is told of values, for who inspects them."""
