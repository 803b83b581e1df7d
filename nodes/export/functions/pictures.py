"""Pictures from files and to files."""

import math
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps


def load_picture(path):
    """Read a picture, upright, as (1, H, W, 3) in 0 to 1."""
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGBA")
    return torch.from_numpy(np.asarray(picture, np.float32)[None, ..., :3] / 255)


def save_pictures(pixels, name, suffix, **options):
    """Write pictures, (B, H, W, 3) in 0 to 1, into outputs, each under the next free number."""
    for each in (pixels * 255).clamp(0, 255).to(torch.uint8).numpy():
        number = 1
        while (path := Path("outputs", f"{name}_{number:05}{suffix}")).exists():
            number += 1
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(each).save(path, **options)
        print(path)


def lay_out(pictures, columns):
    """Lay pictures of one size out row by row; 0 columns is as square as can be."""
    pixels = torch.cat(pictures)
    count, height, width, _ = pixels.shape
    columns = min(columns or math.ceil(math.sqrt(count)), count)
    rows = math.ceil(count / columns)
    cells = torch.zeros(rows * columns, height, width, 3)
    cells[:count] = pixels
    table = cells.view(rows, columns, height, width, 3).transpose(1, 2)
    return table.reshape(1, rows * height, columns * width, 3)
