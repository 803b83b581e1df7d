"""What is done to pictures, (B, H, W, C) or (B, C, H, W) float32 in 0 to 1."""
