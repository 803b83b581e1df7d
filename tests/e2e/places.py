"""Where things stand in a new window of 1440 by 900, as a person would point at them."""

PROMPT = (1290, 165)
"""The first field of the form."""

FORM = (1165, 95, 1430, 240)
"""Of the screen: that field."""

GROUND = (330, 200)
"""The canvas, where no node is."""

CANVAS = (0, 145, 1150, 730)
"""Of the screen: the graph, without bars above and the timeline below."""

BARS = (0, 66, 1440, 120)
"""Of the screen: where bars come."""

OFFERS = (0, 66, 1150, 120)
"""Of the screen: where bars come, beside the panels."""

TIMELINE = (1120, 812), (280, 812)
"""From its end to its beginning."""
