// Package analyzer weighs the evidence of a night and ranks what is not normal.
//
// It counts nothing itself: queries/rollups reduces a night to accesses, and
// this package holds the state that nights leave behind, the weights, tails and
// hypotheses as pure functions, the calibration, and the findings.
package analyzer
