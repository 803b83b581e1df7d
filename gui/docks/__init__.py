"""The panels around the canvas: library, queue, gallery, problems, help."""
