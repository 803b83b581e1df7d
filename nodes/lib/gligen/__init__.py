"""GLIGEN, whose layers let each place of a picture read what its box shall show.

Source: Li et al. 2023, arXiv:2301.07093, section 4. A box and its text become a token; after each
self-attention of the network a gated one sees places and tokens together (eq. 8).
"""
