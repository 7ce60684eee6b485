"""What apps see of the platform, and nothing else."""
