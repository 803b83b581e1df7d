"""Finding things in a graph and in the subgraphs it uses."""
