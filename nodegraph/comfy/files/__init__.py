"""Files of ComfyUI's, and of others that say how a picture was made: found, and read as data."""
