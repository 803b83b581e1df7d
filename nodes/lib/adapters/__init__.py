"""LoRA: small changes to many layers of a network, from files of their own."""
