"""What is written down: a row for each request that has ended, the sums of half hours beside it, and whether both agree."""
