"""Values as forces write them, read into what they mean: dates, identifiers, places, and what stands for nothing.

Decides the meaning of one cell's text and nothing about the person. Invariant: pure functions of the text; of those
read one by one each distinct text of a column is read once; what cannot be read keeps its text and claims no meaning.
"""
