"""The editor. It stands on ``nodegraph`` alone: node types reach it as data, from an engine."""
