"""Pictures as networks read them: their encoders, and what is made of what these say."""
