package night

import (
	"strings"
	"testing"

	"midwatch/analyzer/triage"
	"midwatch/queries/warehouse"
)

// answer keeps that somebody was asked about the finding of a night, and said yes or no.
func answer(t *testing.T, w *warehouse.Warehouse, id string, night int, said string) {
	t.Helper()
	at := began.AddDate(0, 0, night+1)
	q := warehouse.Asked{ID: id, Finding: "mw-20260720-00000001", Night: began.AddDate(0, 0, night), Identity: "github:ana", Of: "Ana", Role: RolePerson, By: "lea", At: at}
	if err := w.SaveAsked(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if kept, err := w.AnswerAsked(t.Context(), id, said, "lea", "", at); !kept || err != nil {
		t.Fatal(kept, err)
	}
}

// A yes hides nothing: the finding stays listed and says who said it.
func TestYesIsANote(t *testing.T) {
	t.Parallel()
	w := listedNights(t, 40, 40)
	answer(t, w, "q-1", 0, AnswerYes)
	for day := range 2 {
		if got := morning(t, w, began.AddDate(0, 0, day)); got != "1 listed, 0 covered, 0 late" {
			t.Errorf("night %d: %s", day, got)
		}
		n, err := Describe(t.Context(), w, began.AddDate(0, 0, day), nil, "v")
		if err != nil {
			t.Fatal(err)
		}
		if around := n.Findings[0].Around; around.Holder != "The holder says it was them (asked, answered on 2026-07-21)." || around.Denied {
			t.Errorf("night %d: %+v", day, around)
		}
	}
}

// A no is news for the next morning, once, for the night that it was asked about; and no
// verdict covers what was denied, whatever else was answered.
func TestNoIsNews(t *testing.T) {
	t.Parallel()
	w := listedNights(t, 2, 2, 2, 2)
	check := func(day int, want string) {
		t.Helper()
		if got := morning(t, w, began.AddDate(0, 0, day)); got != want {
			t.Errorf("night %d: %s, want %s", day, got, want)
		}
	}
	check(0, "1 listed, 0 covered, 0 late")
	check(1, "1 listed, 0 covered, 0 late")
	answer(t, w, "q-1", 0, AnswerNo)
	answer(t, w, "q-2", 0, AnswerYes)
	verdict, err := triage.Decide(reading(began, 2), triage.Request{Verdict: triage.Expected, Reason: "on call", By: []string{"lea"}, At: began.AddDate(0, 0, 2)})
	if err != nil {
		t.Fatal(err)
	}
	if err := triage.Save(t.Context(), w, []triage.Answer{verdict}); err != nil {
		t.Fatal(err)
	}
	answer(t, w, "q-3", 2, AnswerNo)
	check(2, "1 listed, 0 covered, 1 late")
	check(2, "1 listed, 0 covered, 1 late")
	check(3, "0 listed, 1 covered, 0 late")
	n, err := Describe(t.Context(), w, began.AddDate(0, 0, 2), nil, "v")
	if err != nil {
		t.Fatal(err)
	}
	late := n.Late[0].Findings[0]
	if !late.Around.Denied || !strings.HasPrefix(late.Around.Holder, "The holder says it was not them") || !strings.HasSuffix(late.State(), "; denied") {
		t.Errorf("%+v, %s", late.Around, late.State())
	}
}

// An answer is never changed; the same one can be taken again from its file.
func TestAnswerStays(t *testing.T) {
	t.Parallel()
	w := listedNights(t, 2)
	answer(t, w, "q-1", 0, AnswerNo)
	at := began.AddDate(0, 0, 1)
	for said, want := range map[string]bool{AnswerYes: false, AnswerNo: true} {
		if kept, err := w.AnswerAsked(t.Context(), "q-1", said, "lea", "", at); kept != want || err != nil {
			t.Errorf("%s again: %v, %v", said, kept, err)
		}
	}
	if kept, err := w.AnswerAsked(t.Context(), "q-2", AnswerYes, "", "", at); kept || err != nil {
		t.Errorf("an unknown question is answered: %v, %v", kept, err)
	}
}
