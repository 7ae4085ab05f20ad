package collectors

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// ContributorID is the name under which an e-mail address is kept wherever one
// is met: the SHA-256 of the address in lower case, in hexadecimal, so that the
// same address gives the same name and none is stored.
func ContributorID(email string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(email))))
	return hex.EncodeToString(sum[:])
}
