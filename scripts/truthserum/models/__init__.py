"""Networks in stacks: every layer has a leading model axis, so that K models train in lockstep."""
