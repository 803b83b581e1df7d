"""ComfyUI's prompts, read and turned into graphs of ours.

A table says what each class of theirs takes and gives, and how it becomes nodes of ours; one entry
a class. ``prompt`` reads, ``check`` finds what is wrong, ``translate`` makes the graph.
"""
