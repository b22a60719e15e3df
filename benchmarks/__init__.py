"""Speed beside Node, asyncio, uvloop, rloop and a bare C loop: `./dev bench`.

`cases/` holds one concept per file, in Python for every event loop and in JavaScript for Node, side
by side. The worker runs one case for one peer in a process of its own; `measure` lets the peers
take turns, so that noise of the machine hits them all; `goals` says what is enough; `report` makes
the tables.
"""
