"""What if another playbook had been in force: the past dealt again, and the two compared."""
