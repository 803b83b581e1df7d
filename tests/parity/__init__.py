"""Parity with ComfyUI: its prompts, against what the published formulas give.

The references are written from the papers in plain numpy, in float64, and know nothing of our own
code; what ComfyUI does with the formulas was read in version 0.3.64 and is said where it matters.
"""
