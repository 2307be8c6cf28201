"""The filter panel: the convolution lab on a photo, by the numbers, learned, and as code."""
