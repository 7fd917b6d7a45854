"""The arithmetic of reports, each stated with its source: numbers in, numbers out."""
