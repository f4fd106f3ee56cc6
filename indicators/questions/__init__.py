"""What somebody may ask: a period, a breakdown, filters, two sides; and the sentences that refuse the rest."""
