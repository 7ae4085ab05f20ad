package gitrepo

import (
	"container/heap"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5"
	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"
)

// branches are the commits of HEAD, the branches and the remote branches, each
// once and in order. An empty repository has none.
func branches(repo *git.Repository) ([]plumbing.Hash, error) {
	refs, err := repo.References()
	if err != nil {
		return nil, err
	}
	var tips []plumbing.Hash
	err = refs.ForEach(func(ref *plumbing.Reference) error {
		if ref.Type() == plumbing.HashReference && (ref.Name().IsBranch() || ref.Name().IsRemote() || ref.Name() == plumbing.HEAD) {
			tips = append(tips, ref.Hash())
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	head, err := repo.Head()
	switch {
	case err == nil:
		tips = append(tips, head.Hash())
	case !errors.Is(err, plumbing.ErrReferenceNotFound):
		return nil, err
	}
	slices.SortFunc(tips, func(a, b plumbing.Hash) int { return strings.Compare(a.String(), b.String()) })
	return slices.Compact(tips), nil
}

func texts(hashes []plumbing.Hash) []string {
	all := []string{}
	for _, h := range hashes {
		all = append(all, h.String())
	}
	return all
}

// commit is what is needed of one.
type commit struct {
	name, email         string
	authored, committed time.Time
}

// node is a commit on a walk, with the sides that it was reached from.
type node struct {
	hash             plumbing.Hash
	at               int64
	parents          []plumbing.Hash
	fromOld, fromNew bool
	done             bool
	// place in the queue.
	place  int
	commit commit
}

// walk finds the commits between two sets of heads as git's own "old..new"
// does: newest first, until only what the old ones reach is left.
type walk struct {
	repo    *git.Repository
	shallow map[plumbing.Hash]bool
	nodes   map[plumbing.Hash]*node
	queue   queue
	// open counts queued nodes that the old heads do not reach.
	open int
	read int
}

func newWalk(repo *git.Repository) *walk {
	return &walk{repo: repo, shallow: map[plumbing.Hash]bool{}, nodes: map[plumbing.Hash]*node{}}
}

// slop is how many more commits are looked at when only old ones are left, for
// clocks that were wrong (git has the same number).
const slop = 5

// between are the commits that new heads reach and old ones do not, in no order.
// It gives errRewritten where an old head is not reached from the new ones.
func (w *walk) between(ctx context.Context, old []string, tips []plumbing.Hash) ([]commit, error) {
	shallow, err := w.repo.Storer.Shallow()
	if err != nil {
		return nil, err
	}
	for _, h := range shallow {
		w.shallow[h] = true
	}
	for _, h := range tips {
		if err := w.reach(h, false, true); err != nil {
			return nil, err
		}
	}
	for _, text := range old {
		if err := w.reach(plumbing.NewHash(text), true, false); err != nil {
			return nil, oldGone(err)
		}
	}
	for left := slop; w.queue.Len() > 0 && left > 0; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if w.open == 0 {
			left--
		}
		if err := w.step(); err != nil {
			return nil, err
		}
	}
	for _, text := range old {
		if !w.nodes[plumbing.NewHash(text)].fromNew {
			return nil, errRewritten
		}
	}
	var fresh []commit
	for _, n := range w.nodes {
		if n.fromNew && !n.fromOld {
			fresh = append(fresh, n.commit)
		}
	}
	return fresh, nil
}

// oldGone: a head that was cleared away is history rewritten.
func oldGone(err error) error {
	if errors.Is(err, plumbing.ErrObjectNotFound) {
		return errRewritten
	}
	return err
}

// step looks at the newest commit of the queue and reaches its parents.
func (w *walk) step() error {
	n := heap.Pop(&w.queue).(*node)
	n.done = true
	if !n.fromOld {
		w.open--
	}
	for _, p := range n.parents {
		if err := w.reach(p, n.fromOld, n.fromNew); err != nil {
			return err
		}
	}
	return nil
}

// reach marks a commit as reached from a side, and what was reached through it
// before.
func (w *walk) reach(h plumbing.Hash, fromOld, fromNew bool) error {
	n := w.nodes[h]
	if n == nil {
		c, err := object.GetCommit(w.repo.Storer, h)
		if err != nil {
			return err
		}
		w.read++
		n = &node{hash: h, at: c.Committer.When.Unix(), parents: c.ParentHashes, commit: commit{
			name: c.Author.Name, email: c.Author.Email, authored: c.Author.When.UTC(), committed: c.Committer.When.UTC(),
		}}
		if w.shallow[h] {
			n.parents = nil
		}
		n.fromOld, n.fromNew = fromOld, fromNew
		w.nodes[h] = n
		if !fromOld {
			w.open++
		}
		heap.Push(&w.queue, n)
		return nil
	}
	return w.mark(n, fromOld, fromNew)
}

// mark adds a side to a commit and, where its parents were looked at already, to
// them.
func (w *walk) mark(n *node, fromOld, fromNew bool) error {
	for todo := []*node{n}; len(todo) > 0; {
		n, todo = todo[len(todo)-1], todo[:len(todo)-1]
		if (n.fromOld || !fromOld) && (n.fromNew || !fromNew) {
			continue
		}
		if fromOld && !n.fromOld && !n.done {
			w.open--
		}
		n.fromOld, n.fromNew = n.fromOld || fromOld, n.fromNew || fromNew
		if !n.done {
			heap.Fix(&w.queue, n.place) // it goes first among those of its second
			continue
		}
		for _, p := range n.parents {
			if k := w.nodes[p]; k != nil {
				todo = append(todo, k)
			}
		}
	}
	return nil
}

// queue gives the newest commit first; of those of one second the ones that old
// heads reach, so that none is taken for new before that is known.
type queue []*node

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	if q[i].at != q[j].at {
		return q[i].at > q[j].at
	}
	return q[i].fromOld && !q[j].fromOld
}
func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].place, q[j].place = i, j
}

// Push and Pop are for container/heap.
func (q *queue) Push(x any) {
	n := x.(*node)
	n.place = len(*q)
	*q = append(*q, n)
}

// Pop takes the last.
func (q *queue) Pop() any {
	old := *q
	n := old[len(old)-1]
	*q = old[:len(old)-1]
	return n
}
