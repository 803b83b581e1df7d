"""Everything a person can do, by name: menus, shortcuts and the palette come from here."""
