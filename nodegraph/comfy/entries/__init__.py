"""The table's entries: one class of ComfyUI's each, one family a file."""
