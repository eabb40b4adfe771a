from tiny import cpu, fit, images, make_rows  # noqa: F401  (fixtures)
