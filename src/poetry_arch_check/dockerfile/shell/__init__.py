"""Shell scripts, read as syntax trees and walked through, never run."""
