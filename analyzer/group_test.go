package analyzer

import "testing"

// Who came the same way as one that is listed is listed with it and takes no row of
// the list; who is not unusual enough, came another way or hangs on next to nothing
// is not; and the group is told of only once.
func TestThoseWhoCameTheSameWayAreOneRow(t *testing.T) {
	t.Parallel()
	o := Default()
	o.Calibration.ListMost = 2
	one, two := linkKey{Through: SharedByClient, Number: 7}, linkKey{Through: SharedByNetwork, Number: 9}
	row := func(expected, linked float64, keys ...linkKey) *judgement {
		return &judgement{
			facetNight: &facetNight{profile: &profile{}}, expected: expected, raw: 10 - expected,
			weighed: []weighed{{linkNats: linked, linkKeys: keys}},
		}
	}
	head, alone := row(.01, 3, one), row(.02, 3, two)
	with, late := row(.03, o.Cap.Follower, two, one), row(.7, 3, one)
	loose, usual, over := row(.04, o.Cap.Follower-.1, one), row(.8, 3, one), row(.05, 0)
	night := []*judgement{head, alone, with, loose, over, late, usual}
	o.list(night)
	for name, x := range map[string]struct {
		j      *judgement
		listed bool
		group  int
	}{
		"the head": {head, true, 1}, "another one": {alone, true, 1}, "one that came either way": {with, false, 0},
		"linked by next to nothing": {loose, false, 0}, "beyond the end of the list": {over, false, 0},
		"beyond the end, and the same way": {late, false, 0}, "not unusual enough": {usual, false, 0},
	} {
		if x.j.listed != x.listed || len(x.j.group) != x.group {
			t.Errorf("%s: listed %v with %d, want %v with %d", name, x.j.listed, len(x.j.group), x.listed, x.group)
		}
	}
	if alone.group[0] != with || head.group[0] != late {
		t.Error("they are listed with another than the one they came the same way as")
	}
	for j, want := range map[*judgement]bool{head: false, alone: false, with: false, loose: true, over: true, late: false, usual: false} {
		if j.spare != want {
			t.Errorf("expected %v: spare %v, want %v", j.expected, j.spare, want)
		}
	}
	o.Cap.noteListed(night, 100)
	for i, j := range night {
		if told := j == head || j == alone || j == with || j == late; j.profile.Listed.Valid != told {
			t.Errorf("row %d was told of: %v, want %v", i, j.profile.Listed.Valid, told)
		}
	}
}
