"""The record of a run: its schema, its states, its rules and its explanations.

`fold` gives the state after any number of events, `history` the life of everything that was queued,
`rules` the texts of the rules, `explain` the run in words. All are pure functions of the events.
"""
