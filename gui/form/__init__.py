"""The form: parameters of a workflow for people who never see the graph."""
