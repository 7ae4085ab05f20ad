// Package queries holds the SQL that says what things mean, and reads the
// headers of its files.
//
// It is a leaf: it imports nothing of ours and runs nothing. queries/warehouse
// runs what stands here. Each folder is one step on the way of the data:
// schema (tables), sources (a record's meaning, one file a log format), landing
// (staged records into the tables), rollups,
// baselines, signals, investigations and reports.
package queries

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
)

//go:embed schema/*.sql sources/*.sql landing/*.sql rollups/*.sql baselines/*.sql signals/*.sql reports/*.sql market/*.sql planting/*.sql investigations/*.sql
var files embed.FS

// Script is one SQL file.
type Script struct {
	// Name is the file's base name without its extension.
	Name string
	// Folder the file stands in, such as "signals".
	Folder string
	// Summary is the first comment line: what the script is for.
	Summary string
	// Keys are the header's "key: value" lines, keys in lower case.
	Keys map[string]string
	// Prose is what the header says besides, line by line.
	Prose string
	// SQL is the whole text, comments included.
	SQL string
}

// Scripts returns the scripts of a folder in the order of their names. It
// panics only where the binary was built without the folder.
func Scripts(folder string) []Script {
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		panic(fmt.Sprintf("queries: the binary was built without %s: %v", folder, err))
	}
	scripts := make([]Script, 0, len(entries))
	for _, e := range entries {
		text, err := files.ReadFile(path.Join(folder, e.Name()))
		if err != nil {
			panic(fmt.Sprintf("queries: reading the embedded %s: %v", e.Name(), err))
		}
		scripts = append(scripts, Parse(folder, strings.TrimSuffix(e.Name(), ".sql"), string(text)))
	}
	sort.Slice(scripts, func(i, j int) bool { return scripts[i].Name < scripts[j].Name })
	return scripts
}

// Lookup returns one script of a folder, or an error naming those there are.
func Lookup(folder, name string) (Script, error) {
	var names []string
	for _, s := range Scripts(folder) {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Script{}, fmt.Errorf("no %s named %q; there are: %s", strings.TrimSuffix(folder, "s"), name, strings.Join(names, ", "))
}

// List is a header key's value taken apart at its commas; nil where the header
// has no such key.
func (s Script) List(key string) []string {
	if s.Keys[key] == "" {
		return nil
	}
	parts := strings.Split(s.Keys[key], ",")
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
	}
	return parts
}

// Parse reads a script's header: the comment lines before the first statement.
// The first is the summary; "key: value" lines follow; an indented comment line
// continues the key above it.
func Parse(folder, name, text string) Script {
	s := Script{Name: name, Folder: folder, Keys: map[string]string{}, SQL: text}
	key, prose := "", []string{}
	for _, line := range strings.Split(text, "\n") {
		if !strings.HasPrefix(line, "--") {
			break
		}
		body := strings.TrimRight(strings.TrimPrefix(line, "--"), " \r")
		word := strings.TrimSpace(body)
		k, v, isKey := strings.Cut(word, ":")
		switch {
		case s.Summary == "" && word != "":
			s.Summary = word
		case word == "":
			key = ""
		case isKey && isHeaderKey(k):
			key = strings.ToLower(k)
			s.Keys[key] = strings.TrimSpace(v)
		case key != "" && strings.HasPrefix(body, "   "):
			s.Keys[key] = strings.TrimSpace(s.Keys[key] + " " + word)
			continue
		}
		if word != s.Summary && (!isKey || !isHeaderKey(k)) {
			prose = append(prose, word)
		}
	}
	s.Prose = strings.TrimSpace(strings.Join(prose, "\n"))
	return s
}

// headerKeys are the words a header may use; any other "word:" in a comment is
// prose.
var headerKeys = map[string]bool{
	"severity": true, "technique": true, "hypotheses": true, "quiet on": true,
	"question": true, "subject": true, "arguments": true, "parts": true,
	"command": true, "short": true, "example": true, "flags": true, "without until": true,
	"records": true, "reads": true, "rather than": true, "recognised by": true, "fields": true, "id": true, "source": true,
	"says": true, "never says": true, "means": true,
	"certain": true, "needs": true, "next step": true,
}

func isHeaderKey(k string) bool { return headerKeys[strings.ToLower(k)] }
