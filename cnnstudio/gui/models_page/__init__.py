"""The page with all networks: what there is, what is here, and getting, importing and removing them.

May enter: what this page alone shows. May not enter: fetching itself (`cnnstudio.models`) and what panels show in
place of a network (`cnnstudio.gui.get_model`).
"""
