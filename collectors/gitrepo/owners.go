package gitrepo

import (
	"regexp"
	"strings"

	"github.com/go-git/go-git/v5"

	"midwatch/collectors"
)

// ownerFiles are where forges look for CODEOWNERS; the first that is there
// counts (GitHub: .github, top, docs; GitLab: top, docs, .gitlab).
var ownerFiles = []string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS"}

func readOwners(repo *git.Repository) ([]Owner, error) {
	for _, path := range ownerFiles {
		text, name, err := headFile(repo, path)
		if err != nil || name != "" {
			return parseOwners(text), err
		}
	}
	return nil, nil
}

// section is GitLab's "[Name]", "^[Name]" or "[Name][2]", with owners of all its
// lines behind it.
var section = regexp.MustCompile(`^\^?\[[^\]]+\](\[\d+\])?`)

func parseOwners(text string) []Owner {
	var all []Owner
	var inherited []string
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if head := section.FindString(line); head != "" {
			inherited = ownerNames(strings.Fields(line[len(head):]))
			continue
		}
		fields := strings.Fields(strings.ReplaceAll(line, `\ `, "\x00"))
		owners := ownerNames(fields[1:])
		if len(owners) == 0 {
			owners = inherited
		}
		for _, o := range owners {
			all = append(all, Owner{Line: i + 1, Pattern: strings.ReplaceAll(fields[0], "\x00", " "), Owner: o})
		}
	}
	return all
}

// ownerNames are the fields up to a comment; an address is hashed.
func ownerNames(fields []string) []string {
	var names []string
	for _, f := range fields {
		if strings.HasPrefix(f, "#") {
			break
		}
		if at := strings.Index(f, "@"); at > 0 {
			f = "email:" + collectors.ContributorID(f)
		}
		names = append(names, f)
	}
	return names
}
