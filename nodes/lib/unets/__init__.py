"""What goes on inside of a UNet, seen and changed."""
