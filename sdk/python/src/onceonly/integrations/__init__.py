"""OnceOnly in other frameworks; each file needs its framework, and nothing else does."""
