package report

import (
	"fmt"
	"strings"

	"midwatch/analyzer"
)

// longestWord is the longest name that a command is shown with.
const longestWord = 500

// Containment is the command that lists what to revoke for the identity of a
// finding, or, where its name cannot be typed, for its credential; where neither
// can it says so, as a comment of the shell.
func Containment(f analyzer.Finding) string {
	for _, subject := range []string{f.Assessment.Identity, f.Assessment.Session.Credential} {
		if subject != "" && len(subject) <= longestWord && Inert(subject) == subject {
			return "midwatch contain " + shellWord(subject) + each(len(f.Assessment.Group))
		}
	}
	return "# its name cannot be typed: findings.jsonl has it as it is"
}

// each says, as a comment of the shell, that those listed with it are to be
// contained too.
func each(others int) string {
	if others == 0 {
		return ""
	}
	return fmt.Sprintf(" # and so each of the %s listed with it", counted(others, "other"))
}

// shellWord writes a text as one word of a shell, which expands nothing in it.
func shellWord(s string) string {
	harmless := func(r rune) bool {
		return r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._:/@+=-", r))
	}
	word := "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	if strings.IndexFunc(s, func(r rune) bool { return !harmless(r) }) < 0 {
		word = s
	}
	if strings.HasPrefix(s, "-") {
		return "-- " + word // else it would be a flag
	}
	return word
}
