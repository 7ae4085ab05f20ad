//go:build !linux

package warehouse

// direct is nothing: only Linux opens files so.
const direct = 0
