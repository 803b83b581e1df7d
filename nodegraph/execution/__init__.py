"""From a graph to values: planning, running, caching."""
