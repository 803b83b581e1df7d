"""What is edited, without any widget: the graph, its history, its journal, its places."""
