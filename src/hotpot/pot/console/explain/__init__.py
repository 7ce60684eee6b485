"""Why an amount is what it is: from a bill line down to the single event."""
