"""The editor's side of the engine: a process or a far machine, asked and heard on Qt's thread."""
