"""Definitions of networks in PyTorch, and of trees: what the trained numbers mean.

A network may not read files and may not import `cnnstudio.models`: weights come to it as a state dict.
"""
