"""Meson: what a project's meson.build asks for, read without Meson."""
