"""How good a lead is: scores, levels, checklists, verdicts, and how right the scores were."""
