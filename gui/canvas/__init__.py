"""The canvas: one painted widget that shows a document's graph and lets one change it by hand."""
