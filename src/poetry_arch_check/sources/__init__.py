"""Getting the sources of what has to be built, and inspecting them."""
