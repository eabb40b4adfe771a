"""From what an audit measured to a verdict, a page and files for machines."""
