"""The activations panel: the layers of a network as a tree, the maps that a photo makes in each, and what a unit sees.

`looking.py` has the engine send the photo through the network, once for all layers; `works.py` holds what the engine
does. From then on every layer, scale and order is drawn from the maps that are kept. The widgets are handed values.
"""
