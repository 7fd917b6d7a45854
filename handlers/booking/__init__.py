"""The pages on which leads book, move and cancel: templates, and what fills them."""
