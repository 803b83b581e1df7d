"""Workers on the machines of a Ray cluster. Only this room knows Ray, and only who asks enters."""
