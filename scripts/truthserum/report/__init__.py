"""What pages of this project share: one offline file each, and nothing in it that runs."""
