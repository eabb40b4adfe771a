"""A user's own files: read as they are, and as what an audit and our trainers take."""
