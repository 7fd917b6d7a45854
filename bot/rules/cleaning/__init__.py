"""What comes in, brought into standard forms; what stood there is kept."""
