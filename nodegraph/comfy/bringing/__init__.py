"""From ComfyUI's workflows to ours, laid out as they were; nothing of them is dropped."""
