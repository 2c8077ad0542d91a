"""CMake: what a project's CMakeLists.txt ask for, read without CMake."""
