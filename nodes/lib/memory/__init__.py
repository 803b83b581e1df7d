"""Networks within the memory there is: a budget, what is held in it, what happens past it."""
