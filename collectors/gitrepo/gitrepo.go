// Package gitrepo reads from bare mirrors and clones who contributed to which
// repository and when, who owns it, and when it was last written to.
//
// It is no Collector: what it brings are facts about repositories and not
// records of access, and the warehouse keeps how far each was read beside what
// was counted, so that both can only be lost together. E-mail addresses leave it
// hashed.
package gitrepo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5"

	"midwatch/collectors"
)

// Mirror is a repository on disk.
type Mirror struct {
	// Repository is its name as events have it: lower case, without ".git".
	Repository string
	// Path of the folder that holds it.
	Path string
}

// Seen is how far a repository was read. The zero value is not at all.
type Seen struct {
	// Heads are the commits that branches were at, in order.
	Heads []string
	// Mailmap names the mailmap that contributors were counted by.
	Mailmap string
}

// Contribution is what one contributor wrote.
type Contribution struct {
	// Contributor is the SHA-256 of the address in lower case, after the
	// mailmap, in hexadecimal.
	Contributor string
	// First and Last are author times, UTC.
	First, Last time.Time
	Commits     int
}

// Owner is a line of a CODEOWNERS file for one of its owners.
type Owner struct {
	Line    int
	Pattern string
	// Owner as it is written, such as "@acme/payments"; an address is
	// "email:" with its hash.
	Owner string
}

// History is what was read of a repository.
type History struct {
	Repository string
	// Unchanged is true where nothing was written since Seen; all else but Seen
	// is empty then.
	Unchanged bool
	// Whole is true where Contributions and LastAt are of all commits, false
	// where they are of those since Seen.
	Whole         bool
	Contributions []Contribution
	// LastAt is the newest commit's time, UTC; zero where there is none.
	LastAt time.Time
	// Owners are those of the branch that HEAD names, in order of lines.
	Owners []Owner
	// Seen is how far it was read now.
	Seen Seen
	// Read is how many commits were looked at.
	Read int
	// Shallow is true where the clone has not all commits.
	Shallow bool
}

// Find lists the repositories at and below a folder, in order of their names:
// prefix and the path below the folder, or the folder's own name where it is a
// repository itself. What is inside a repository is not looked at.
func Find(ctx context.Context, root, prefix string) ([]Mirror, error) {
	var all []Mirror
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if !isRepository(path) {
			return nil
		}
		name, err := nameOf(root, path)
		if err != nil {
			return err
		}
		all = append(all, Mirror{Repository: strings.ToLower(prefix + name), Path: path})
		return filepath.SkipDir
	})
	if err != nil {
		return nil, fmt.Errorf("gitrepo: look for repositories in %s: %w; name a folder that this user can read under enrich.mirrors", root, err)
	}
	slices.SortFunc(all, func(a, b Mirror) int { return strings.Compare(a.Repository, b.Repository) })
	for i := 1; i < len(all); i++ {
		if all[i].Repository == all[i-1].Repository {
			return nil, fmt.Errorf("gitrepo: %s and %s are both the repository %s: keep one, or name them under different prefixes", all[i-1].Path, all[i].Path, all[i].Repository)
		}
	}
	return all, nil
}

// isRepository tells a bare repository by what git puts into each, and a clone
// by its .git.
func isRepository(path string) bool {
	if _, err := os.Lstat(filepath.Join(path, ".git")); err == nil {
		return true
	}
	for _, name := range []string{"HEAD", "objects", "refs"} {
		if _, err := os.Lstat(filepath.Join(path, name)); err != nil {
			return false
		}
	}
	return true
}

func nameOf(root, path string) (string, error) {
	name, err := filepath.Rel(root, path)
	if name == "." {
		path, err = filepath.Abs(path)
		name = filepath.Base(path)
	}
	return strings.TrimSuffix(filepath.ToSlash(name), ".git"), err
}

// Read reads what is new in a repository since it was seen: the commits that
// are reached from HEAD, its branches and its remote branches. It reads all of
// them where history was rewritten, a branch went away, or the mailmap changed.
func Read(ctx context.Context, m Mirror, seen Seen) (History, error) {
	h, err := read(ctx, m, seen)
	if errors.Is(err, errRewritten) {
		h, err = read(ctx, m, Seen{})
	}
	if err != nil {
		return h, fmt.Errorf("gitrepo: read %s: %w; `git -C %s fsck` tells what is wrong with it", m.Path, err, m.Path)
	}
	return h, nil
}

// errRewritten says that what was counted cannot be gone on from.
var errRewritten = errors.New("history was rewritten")

func read(ctx context.Context, m Mirror, seen Seen) (History, error) {
	h := History{Repository: m.Repository, Whole: len(seen.Heads) == 0}
	repo, err := git.PlainOpenWithOptions(m.Path, &git.PlainOpenOptions{EnableDotGitCommonDir: true})
	if err != nil {
		return h, err
	}
	tips, err := branches(repo)
	if err != nil {
		return h, err
	}
	mails, mailmapName, err := readMailmap(repo)
	if err != nil {
		return h, err
	}
	h.Seen = Seen{Heads: texts(tips), Mailmap: mailmapName}
	if !h.Whole && mailmapName != seen.Mailmap {
		return h, errRewritten
	}
	if !h.Whole && slices.Equal(h.Seen.Heads, seen.Heads) {
		h.Unchanged = true
		return h, nil
	}
	w := newWalk(repo)
	fresh, err := w.between(ctx, seen.Heads, tips)
	if err != nil {
		return h, err
	}
	h.Read, h.Shallow = w.read, len(w.shallow) > 0
	h.count(fresh, mails)
	h.Owners, err = readOwners(repo)
	return h, err
}

// count adds up commits by contributor, in order of their hashes.
func (h *History) count(commits []commit, mails mailmap) {
	of := map[string]*Contribution{}
	for _, c := range commits {
		if c.committed.After(h.LastAt) {
			h.LastAt = c.committed
		}
		who := collectors.ContributorID(mails.address(c.name, c.email))
		k := of[who]
		if k == nil {
			k = &Contribution{Contributor: who, First: c.authored, Last: c.authored}
			of[who] = k
		}
		k.Commits++
		if c.authored.Before(k.First) {
			k.First = c.authored
		}
		if c.authored.After(k.Last) {
			k.Last = c.authored
		}
	}
	for _, k := range of {
		h.Contributions = append(h.Contributions, *k)
	}
	slices.SortFunc(h.Contributions, func(a, b Contribution) int { return strings.Compare(a.Contributor, b.Contributor) })
}
