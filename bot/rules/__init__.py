"""Pure decisions: values and "now" in, a decision with its reason out."""
