"""How what the house knows is shown: pages, charts and workbooks.

Decides the look and nothing else: no figure is computed here, every one is handed in.
"""
