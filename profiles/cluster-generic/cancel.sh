#!/bin/sh
# Ends the jobs of profile.yaml that run on this machine, each a session of its own.
for job in "$@"; do kill -- "-$job"; done
