"""Pictures: the one image type, safe reading, atomic saving, recipes, colour maps, reduced views, thumbnails.

Every other room hands pictures around as `imaging.picture.Picture`. What may not enter: Qt, torch, the
engine, and anything that knows a capability. Functions that take long accept `checkpoint`, a callable that is
invoked between stages and may raise to stop the work; its exception passes through unchanged.
"""
