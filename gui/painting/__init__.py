"""Painting masks by hand: strokes as arithmetic on an array, a view to paint in, files to keep."""
