"""The functions that exported scripts are made of, each written out as it stands here.

Scripts take their text, so each is complete in itself and names things as diffusers does. x is in
the network's units inside of the loop; latents outside are as the VAE emits them.
"""
