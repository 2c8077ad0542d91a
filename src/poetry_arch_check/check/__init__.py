"""The pure centre: planned packages × a target → findings. It knows no Poetry and no remedies."""
