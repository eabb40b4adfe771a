"""Between config.yaml and the rules: checking, unfolding into arms, and the code's fingerprint.

Nothing here is slow to import: the Snakefile is read again by every cluster job.
"""
