"""Commands of a Dockerfile → what they install, choose or bring."""
