package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/net/netutil"

	"midwatch/analyzer/night"
	"midwatch/analyzer/triage"
	"midwatch/collectors/stream"
)

// The bounds of what anybody may send to the page of a link.
const (
	answerBody        = 8 << 10
	answerHeader      = 16 << 10
	answerNote        = 1000
	answerConnections = 64
	answerTimeout     = 15 * time.Second
)

// answerPages serves the pages that links lead to. Programs that look at links before a
// person does only read: a GET changes nothing, and the page it gives has a form whose
// buttons POST.
type answerPages struct {
	key, folder string
	now         func() time.Time
	log         *slog.Logger
}

// answerPage is the page of a link.
var answerPage = template.Must(template.New("answer").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex"><title>Was it you?</title>
<style>body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}button{font:inherit;padding:.6rem 1rem;margin:.5rem .5rem 0 0}textarea{font:inherit;width:100%;box-sizing:border-box}</style></head>
<body><h1>{{.Title}}</h1>
<p>{{.Text}}</p>
{{- if .Ask}}
<form method="post">
<p><label>Anything to add? <textarea name="note" rows="3" maxlength="1000"></textarea></label></p>
<button name="answer" value="yes">{{if .Manager}}Yes, it was them{{else}}Yes, it was me{{end}}</button>
<button name="answer" value="no">{{if .Manager}}No, or I am not sure{{else}}No, it was not me, or I am not sure{{end}}</button>
</form>
{{- end}}
</body></html>
`))

type answerView struct {
	Title, Text  string
	Ask, Manager bool
}

// answeredView is the page of a question that has its answer.
var answeredView = answerView{
	Title: "Answered before",
	Text:  "This question has an answer already, and the first one stays. If that was not you, please tell your security team at once.",
}

// ServeHTTP is for http.Handler.
func (h answerPages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token, found := strings.CutPrefix(r.URL.Path, askPath)
	if !found || token == "" {
		h.show(w, r, http.StatusNotFound, answerView{Title: "Nothing here", Text: "This address has no page."})
		return
	}
	t, err := triage.OpenTicket(h.key, token, h.now())
	switch {
	case errors.Is(err, triage.ErrExpired):
		h.show(w, r, http.StatusGone, answerView{Title: "Too late", Text: "This link has expired. Please tell your security team directly."})
		return
	case err != nil:
		h.show(w, r, http.StatusNotFound, answerView{Title: "Not one of our links", Text: "This link is not one of ours, or was cut when it was copied. Please copy it whole, or tell your security team directly."})
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
		if _, err := os.Stat(answerFile(h.folder, t.Question)); err == nil {
			h.show(w, r, http.StatusOK, answeredView)
			return
		}
		h.show(w, r, http.StatusOK, askView(t))
	case http.MethodPost:
		h.take(w, r, t)
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		h.show(w, r, http.StatusMethodNotAllowed, answerView{Title: "Not understood", Text: "Please open the link in a browser."})
	}
}

// askView is the page with the two buttons.
func askView(t triage.Ticket) answerView {
	v := answerView{
		Title: "Was it you?", Ask: true, Manager: t.Manager,
		Text: fmt.Sprintf("On %s (UTC), the account %s read source code in an unusual way. The message with this link says what it read. Was that you?", t.Day, t.Account),
	}
	if t.Manager {
		v.Title = "Was it them?"
		v.Text = strings.Replace(v.Text, "Was that you?", "Was that the person whom it belongs to?", 1)
	}
	return v
}

// take keeps the answer of a form.
func (h answerPages) take(w http.ResponseWriter, r *http.Request, t triage.Ticket) {
	r.Body = http.MaxBytesReader(w, r.Body, answerBody)
	if err := r.ParseForm(); err != nil {
		h.show(w, r, http.StatusBadRequest, answerView{Title: "Not understood", Text: "The answer was too long or not whole. Please go back and try again."})
		return
	}
	a := linkAnswer{Ticket: t, Answer: r.PostForm.Get("answer"), Note: strings.ToValidUTF8(r.PostForm.Get("note"), ""), At: h.now().UTC().Truncate(time.Second)}
	if len(a.Note) > answerNote {
		a.Note = strings.ToValidUTF8(a.Note[:answerNote], "")
	}
	if a.Answer != night.AnswerYes && a.Answer != night.AnswerNo {
		h.show(w, r, http.StatusBadRequest, answerView{Title: "Not understood", Text: "Please go back and press one of the two buttons."})
		return
	}
	first, err := keepAnswer(h.folder, a)
	switch {
	case err != nil:
		h.log.Error("an answer could not be kept", "finding", t.Finding, "problem", err.Error())
		h.show(w, r, http.StatusServiceUnavailable, answerView{Title: "Not kept", Text: "Your answer could not be kept. Please try again later, or tell your security team directly."})
	case !first:
		h.show(w, r, http.StatusConflict, answeredView)
	default:
		h.log.Warn("somebody answered by a link; the next midwatch nightly tells", "finding", t.Finding, "question", t.Question, "answer", a.Answer)
		h.show(w, r, http.StatusOK, answerView{Title: "Thank you", Text: "Your answer was kept. You can close this page."})
	}
}

// show writes a page that loads nothing, is not kept, and tells nobody its address.
func (h answerPages) show(w http.ResponseWriter, r *http.Request, code int, v answerView) {
	var page bytes.Buffer
	if err := answerPage.Execute(&page, v); err != nil {
		code = http.StatusInternalServerError
		h.log.Error("the page of an answer could not be made", "problem", err.Error())
	}
	for name, value := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff",
		"X-Robots-Tag":            "noindex, nofollow",
		"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
	} {
		w.Header().Set(name, value)
	}
	w.WriteHeader(code)
	if r.Method != http.MethodHead {
		_, _ = w.Write(page.Bytes()) // a browser that left is not told
	}
}

// answersListener opens the address that answers come to; nil where none is configured.
func (c *Config) answersListener(plain bool) (*stream.Listener, error) {
	if c.Ask.Listen == "" {
		return nil, nil
	}
	l, err := stream.Listen(c.Ask.Listen, c.Ask.TLSCertFile, c.Ask.TLSKeyFile, plain)
	if err != nil {
		return nil, usageError{fmt.Errorf("%s: ask: %w", c.path, err)}
	}
	return l, nil
}

// serveAnswers takes answers until ctx is over.
func (a *app) serveAnswers(ctx context.Context, cfg *Config, l *stream.Listener, log *slog.Logger) error {
	key, err := cfg.Ask.key()
	if err != nil {
		return err
	}
	s := &http.Server{
		Handler:           answerPages{key: key, folder: cfg.answersFolder(), now: time.Now, log: log},
		ReadHeaderTimeout: answerTimeout, ReadTimeout: answerTimeout, WriteTimeout: answerTimeout, IdleTimeout: answerTimeout, MaxHeaderBytes: answerHeader,
		ErrorLog:    slog.NewLogLogger(slog.DiscardHandler, slog.LevelWarn), // it would name addresses of the curious
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	log.Info("taking answers to midwatch ask", "address", l.Addr().String())
	ended := context.AfterFunc(ctx, func() { _ = s.Close() })
	defer ended()
	if err := s.Serve(l.Secure(netutil.LimitListener(l.Listener, answerConnections))); err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("taking answers: %w", err)
	}
	return nil
}
