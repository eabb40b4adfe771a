"""Figures: each module turns the tables of an experiment's arms into one figure.

A figure module has three names. `NEEDS` lists the tables it reads. `table(tables, spec)` selects
the rows that are drawn, and nothing else. `draw(table)` draws them. Neither reads or writes files.
"""
