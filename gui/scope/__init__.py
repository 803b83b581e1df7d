"""Subgraphs in the editor: their insides, making, opening and keeping them."""
