"""Proof of completeness from raw records and receipts, and the seal over the receipts. No I/O.

`matching.py` compares what arrived with what became of it, `seal.py` chains the receipts and finds changes in what was
sealed, `checkpoint.py` signs the chain. What the seal cannot tell stands in `report.CANNOT_TELL`.
"""
