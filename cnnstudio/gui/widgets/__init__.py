"""The design system: small painted widgets that follow `cnnstudio.gui.theme` and know no capability.

May enter: controls that several panels share. May not enter: panels, pictures, the engine. Nothing is
imported here, so that a panel pays only for the widgets it uses.
"""
