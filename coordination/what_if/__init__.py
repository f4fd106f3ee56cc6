"""The what-if: a question, its computation in a process of its own, and the ledger of what was foretold."""
