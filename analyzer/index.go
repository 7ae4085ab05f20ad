package analyzer

// index numbers names in the order in which they are first seen, so that sums
// taken in the order of the numbers do not depend on what things are called.
// Number 0 is the empty name: not given.
type index struct {
	Names   []string
	numbers map[string]int
}

func newIndex() *index {
	x := &index{Names: []string{""}}
	x.restore()
	return x
}

// restore rebuilds the numbers from the order of the names.
func (x *index) restore() {
	x.numbers = make(map[string]int, len(x.Names))
	for i, n := range x.Names {
		x.numbers[n] = i
	}
}

// number gives the number of a name, a new one where it was never seen.
func (x *index) number(name string) int {
	n, ok := x.numbers[name]
	if !ok {
		n = len(x.Names)
		x.numbers[name] = n
		x.Names = append(x.Names, name)
	}
	return n
}
