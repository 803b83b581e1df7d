"""What a speed setting does to networks: nothing, what is exact up to rounding, or more."""
