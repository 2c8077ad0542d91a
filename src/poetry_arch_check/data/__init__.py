"""Tables in JSON, each row with its source."""
