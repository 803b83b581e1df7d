"""The engine over HTTP: routes that are declared once, and what guards them."""
