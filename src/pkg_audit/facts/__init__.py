"""The nouns: frozen records of what a repository says, each with its place. Imports nothing but errors."""
