"""Files: what is read and written whole or not at all, what proves it, and what people write."""
