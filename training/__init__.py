"""Makes the embedded model "critters": pictures, captions, training, evaluation."""
