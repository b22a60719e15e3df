"""How a run is shown. Every view is a pure function of the trace; nothing else is drawn."""
