"""The doors of an audit: how its models are trained, or where their answers come from."""
