"""The cases of `make bench`: each measures ours and a peer in one run, side by side."""
