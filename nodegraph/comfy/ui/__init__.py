"""ComfyUI's editor format: read as data, its values named, resolved to what would run."""
