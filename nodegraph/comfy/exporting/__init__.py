"""From our workflows to ComfyUI's: its API format, and its editor's with places."""
