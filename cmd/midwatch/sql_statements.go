package main

import "strings"

// statements splits a text at semicolons that stand outside of quotes and
// comments.
func statements(text string) []string {
	var all []string
	start := 0
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\'' || text[i] == '"':
			i = skipTo(text, i+1, text[i:i+1])
		case strings.HasPrefix(text[i:], "--"):
			i = skipTo(text, i, "\n")
		case strings.HasPrefix(text[i:], "/*"):
			i = skipTo(text, i, "*/")
		case text[i] == ';':
			all = appendStatement(all, text[start:i])
			start = i + 1
		}
	}
	return appendStatement(all, text[min(start, len(text)):])
}

// skipTo returns the index of the end of what closes at the mark, or of the
// text.
func skipTo(text string, from int, mark string) int {
	if n := strings.Index(text[from:], mark); n >= 0 {
		return from + n + len(mark) - 1
	}
	return len(text)
}

func appendStatement(all []string, text string) []string {
	if strings.TrimSpace(text) == "" {
		return all
	}
	return append(all, text)
}
