"""Makes the pictures of this folder: `python make.py` (Pillow, NumPy)."""

import numpy as np
from PIL import Image

# A place that no scene of the world has: red grows to the right, green downwards.
rows, cols = np.mgrid[0:128, 0:128]
place = np.stack((cols * 2, rows * 2, np.full_like(rows, 64)), -1)
Image.fromarray(place.astype(np.uint8)).save("place.jpg", quality=90)

# A magenta disc that is cut out: colours above, coverage below.
disc = np.hypot(rows[:64, :64] - 31.5, cols[:64, :64] - 31.5) < 24
colours = np.where(disc[..., None], (230, 20, 230), (0, 0, 0))
cover = np.where(disc[..., None], 255, 0).repeat(3, -1)
Image.fromarray(np.concatenate((colours, cover)).astype(np.uint8)).save("cut_out.jpg", quality=90)
