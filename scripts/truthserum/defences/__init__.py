"""How a data owner trains: what it does against poison before or while its models learn."""
