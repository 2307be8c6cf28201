"""The shelf: the pictures at hand for every panel. The model knows no widget; the strip only paints the model."""
