"""Whole pipelines of diffusers, of any class: checked, loaded, called, and what they make."""
