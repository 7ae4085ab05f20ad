package analyzer

// NightsToResolved is how many nights after the last on which it was listed a
// finding that stays quiet is over.
func NightsToResolved() int { return quietNights + 1 }
