package notify

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/smtp"
	"net/textproto"
	"os"
	"strings"
	"time"
)

// mail sends a message by SMTP, and only after STARTTLS.
func (c Channel) mail(ctx context.Context, m Message) (err error) {
	text, err := c.mailText(m)
	if err != nil {
		return err
	}
	host, _, err := net.SplitHostPort(c.Address)
	if err != nil {
		return err
	}
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", c.Address)
	if err != nil {
		return c.failed(err)
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return c.failed(err)
		}
	}
	s, err := smtp.NewClient(conn, host)
	if err != nil {
		return c.failed(err)
	}
	if has, _ := s.Extension("STARTTLS"); !has {
		return errors.New("the mail server does not offer STARTTLS, and nothing is sent in the clear: use its port 587, or another server")
	}
	settings := &tls.Config{}
	if c.TLS != nil {
		settings = c.TLS.Clone()
	}
	settings.ServerName = host
	if err := s.StartTLS(settings); err != nil {
		return c.failed(err)
	}
	if err := c.submit(s, host, text); err != nil {
		return c.failed(err)
	}
	// The message is taken by then; a server that hangs up without a farewell has it.
	_ = s.Quit()
	return nil
}

// submit hands a mail over.
func (c Channel) submit(s *smtp.Client, host string, text []byte) error {
	if c.Username != "" {
		if err := s.Auth(smtp.PlainAuth("", c.Username, c.Secret, host)); err != nil {
			return err
		}
	}
	if err := s.Mail(c.From); err != nil {
		return err
	}
	for _, to := range c.To {
		if err := s.Rcpt(to); err != nil {
			return err
		}
	}
	w, err := s.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	return w.Close()
}

// mailText is a mail with the page attached. The same message has the same
// Message-ID.
func (c Channel) mailText(m Message) ([]byte, error) {
	var b bytes.Buffer
	parts := multipart.NewWriter(&b)
	if err := parts.SetBoundary("midwatch-" + digest(m.Key)); err != nil {
		return nil, err
	}
	for _, h := range [][2]string{
		{"From", c.From}, {"To", strings.Join(c.To, ", ")}, {"Subject", mime.QEncoding.Encode("utf-8", clipped(m.Subject, 200))},
		{"Date", m.At.Format(time.RFC1123Z)}, {"Message-ID", "<" + digest(m.Key) + "@midwatch>"}, {"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"}, {"Content-Type", `multipart/mixed; boundary="` + parts.Boundary() + `"`},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", h[0], oneLine(h[1]))
	}
	b.WriteString("\r\n")
	page, err := os.ReadFile(m.Page)
	text := m.Text()
	if m.Page != "" && err != nil {
		text += "\nThe page could not be attached: " + err.Error() + "\n"
	}
	body, err := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {"text/plain; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}})
	if err != nil {
		return nil, err
	}
	q := quotedprintable.NewWriter(body)
	if _, err := q.Write([]byte(text)); err != nil {
		return nil, err
	}
	if err := q.Close(); err != nil {
		return nil, err
	}
	if len(page) > 0 {
		if err := attach(parts, "midwatch-"+m.Night+".html", page); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), parts.Close()
}

// attach adds the page as a file.
func attach(parts *multipart.Writer, name string, page []byte) error {
	w, err := parts.CreatePart(textproto.MIMEHeader{
		"Content-Type": {"text/html; charset=utf-8"}, "Content-Transfer-Encoding": {"base64"}, "Content-Disposition": {`attachment; filename="` + name + `"`},
	})
	if err != nil {
		return err
	}
	text := base64.StdEncoding.EncodeToString(page)
	for len(text) > 0 {
		n := min(76, len(text))
		if _, err := w.Write([]byte(text[:n] + "\r\n")); err != nil {
			return err
		}
		text = text[n:]
	}
	return nil
}

// oneLine keeps a header one header.
func oneLine(text string) string { return strings.NewReplacer("\r", " ", "\n", " ").Replace(text) }
