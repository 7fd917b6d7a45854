"""E-mail: how letters to leads are made and carried, and what comes back of them."""
