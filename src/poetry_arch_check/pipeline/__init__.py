"""The pipeline: from a request to a report, with Poetry at hand."""
