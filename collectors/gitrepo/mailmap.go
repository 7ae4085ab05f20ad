package gitrepo

import (
	"errors"
	"strings"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// mailmap gives the address that somebody goes by (gitmailmap(5)). Keys are in
// lower case, as git compares them.
type mailmap struct {
	// byEmail holds for lines without a commit name, byBoth for those with.
	byEmail map[string]string
	byBoth  map[[2]string]string
}

// address is the one that a commit's author goes by.
func (m mailmap) address(name, email string) string {
	if to, ok := m.byBoth[[2]string{strings.ToLower(name), strings.ToLower(email)}]; ok {
		return to
	}
	if to, ok := m.byEmail[strings.ToLower(email)]; ok {
		return to
	}
	return email
}

// readMailmap reads .mailmap of the commit that HEAD names, as git does in a
// bare repository, and names its content; "" where there is none.
func readMailmap(repo *git.Repository) (mailmap, string, error) {
	text, name, err := headFile(repo, ".mailmap")
	return parseMailmap(text), name, err
}

// headFile reads a file of the commit that HEAD names; "" where there is none.
func headFile(repo *git.Repository, path string) (text, name string, err error) {
	head, err := repo.Head()
	if errors.Is(err, plumbing.ErrReferenceNotFound) {
		return "", "", nil
	}
	if err != nil {
		return "", "", err
	}
	c, err := repo.CommitObject(head.Hash())
	if err != nil {
		return "", "", err
	}
	f, err := c.File(path)
	if errors.Is(err, object.ErrFileNotFound) {
		return "", "", nil
	}
	if err != nil {
		return "", "", err
	}
	text, err = f.Contents()
	return text, f.Hash.String(), err
}

func parseMailmap(text string) mailmap {
	m := mailmap{byEmail: map[string]string{}, byBoth: map[[2]string]string{}}
	for _, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		_, first, rest, ok := takeAddress(line)
		if !ok {
			continue
		}
		name, second, _, two := takeAddress(rest)
		switch {
		case !two: // Proper Name <commit@email>: the address stays
		case name == "":
			m.byEmail[strings.ToLower(second)] = first
		default:
			m.byBoth[[2]string{strings.ToLower(name), strings.ToLower(second)}] = first
		}
	}
	return m
}

// takeAddress takes "Name <address>" from the front of a line.
func takeAddress(line string) (name, address, rest string, ok bool) {
	name, after, found := strings.Cut(line, "<")
	address, rest, closed := strings.Cut(after, ">")
	return strings.TrimSpace(name), strings.TrimSpace(address), rest, found && closed
}
