package synthetic

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"time"
)

// recorder writes events as audit records and keeps the books about them. The
// field names and their order are those of the organisation audit log
// (https://docs.github.com/en/enterprise-cloud@latest/admin/monitoring-activity-in-your-enterprise/reviewing-audit-logs-for-your-enterprise).
type recorder struct {
	out      io.Writer
	world    *world
	ids      *rand.Rand
	line     []byte
	tenant   string // the organisation's own fields
	company  string
	events   int64
	attacks  int64
	weekdays int64
}

func newRecorder(w *world, out io.Writer) *recorder {
	r := source(w.o.Seed, "tenant")
	company, org := quote(w.o.Org+"-group"), quote(w.o.Org)
	return &recorder{
		out: out, world: w, ids: source(w.o.Seed, "document"),
		company: fmt.Sprintf(`,"business":%s,"business_id":%d,"created_at":`, company, whole(r, 1000, 90_000)),
		tenant:  fmt.Sprintf(`,"org":%s,"org_id":%d`, org, whole(r, 1_000_000, 100_000_000)),
	}
}

// quote gives s as a JSON string.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""` // unreachable: a string always has a JSON form
	}
	return string(b)
}

func (k *recorder) write(e *event) error {
	id := documentID(k.ids)
	k.line = k.appendRecord(k.line[:0], e, id)
	if _, err := k.out.Write(k.line); err != nil {
		return fmt.Errorf("writing a synthetic event: %w", err)
	}
	k.events++
	if !weekend(time.UnixMilli(e.at).UTC()) {
		k.weekdays++
	}
	if e.mark != nil {
		e.mark.note(e, id)
		if e.mark.attack {
			k.attacks++
		}
	}
	return nil
}

func (k *recorder) summary() Summary {
	o, days := k.world.o, 0
	for d := range o.Days {
		if !weekend(o.day(d)) {
			days++
		}
	}
	return Summary{
		Events: k.events, AttackEvents: k.attacks, WeekdayEvents: float64(k.weekdays) / float64(max(1, days)),
		Start: o.day(0), EvalFrom: o.day(o.EvalFrom), End: o.day(o.Days),
	}
}

const base64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

// documentID is 22 characters for 128 bits, as GitHub's are.
func documentID(r *rand.Rand) [22]byte {
	var id [22]byte
	a, b := r.Uint64(), r.Uint64()
	for i := range 11 {
		id[i], id[11+i] = base64URL[a&63], base64URL[b&63]
		a, b = a>>6, b>>6
	}
	return id
}

func (k *recorder) appendRecord(b []byte, e *event, id [22]byte) []byte {
	b = append(b, `{"@timestamp":`...)
	b = strconv.AppendInt(b, e.at, 10)
	b = append(b, `,"_document_id":"`...)
	b = append(b, id[:]...)
	b = append(b, `","action":"`...)
	b = append(b, actionNames[e.action]...)
	b = append(b, '"')
	b = appendActor(b, e)
	b = append(b, k.company...)
	b = strconv.AppendInt(b, e.at, 10)
	b = appendText(b, `,"external_identity_nameid":`, e.actor.nameID)
	if e.cred.kind != browserSession {
		b = appendText(b, `,"hashed_token":`, e.cred.hash)
	}
	b = append(b, k.tenant...)
	if e.cred.kind != browserSession {
		b = appendText(b, `,"programmatic_access_type":`, e.cred.kind)
	}
	b = k.appendSubject(b, e)
	return append(b, "}\n"...)
}

func (k *recorder) appendSubject(b []byte, e *event) []byte {
	git := e.action.git()
	if e.repo != nil {
		b = k.appendRepository(b, e.repo, git)
	}
	if e.action == apiRequest {
		b = k.appendRequest(b, e)
	}
	if e.cred.kind != browserSession {
		b = append(b, `,"token_id":`...)
		b = strconv.AppendInt(b, e.cred.id, 10)
	}
	if git {
		b = appendTransport(b, e.cred.ssh)
	}
	user := &identity{}
	if e.subject != nil {
		user = e.subject
	}
	b = appendText(b, `,"user":`, user.login)
	b = appendText(b, `,"user_agent":`, e.agent)
	b = append(b, `,"user_id":`...)
	return strconv.AppendInt(b, user.id, 10)
}

func appendActor(b []byte, e *event) []byte {
	b = appendText(b, `,"actor":`, e.actor.login)
	b = append(b, `,"actor_id":`...)
	b = strconv.AppendInt(b, e.actor.id, 10)
	b = append(b, `,"actor_ip":"`...)
	b = appendAddress(b, e.from.ip)
	b = append(b, `","actor_is_bot":`...)
	b = strconv.AppendBool(b, e.actor.bot)
	b = appendText(b, `,"actor_location":{"country_code":`, e.from.on.country)
	return append(b, '}')
}

// appendRepository writes the name twice, as GitHub does. Git events say
// repository_public, the others public_repo and visibility.
func (k *recorder) appendRepository(b []byte, x *repository, git bool) []byte {
	b = appendText(b, `,"repo":`, x.full)
	b = appendText(b, `,"repository":`, x.full)
	b = append(b, `,"repository_id":`...)
	b = strconv.AppendInt(b, x.id, 10)
	if git {
		b = append(b, `,"repository_public":`...)
		return strconv.AppendBool(b, x.public)
	}
	b = append(b, `,"public_repo":`...)
	b = strconv.AppendBool(b, x.public)
	if x.public {
		return append(b, `,"visibility":"public"`...)
	}
	return append(b, `,"visibility":"private"`...)
}

// appendRequest writes what was asked of the API
// (https://docs.github.com/en/enterprise-cloud@latest/admin/monitoring-activity-in-your-enterprise/reviewing-audit-logs-for-your-enterprise/streaming-the-audit-log-for-your-enterprise).
func (k *recorder) appendRequest(b []byte, e *event) []byte {
	route, path := `/repositories/:repository_id/contents/?*`, "/contents/README.md"
	if e.archive {
		route, path = `/repositories/:repository_id/zipball/?*`, "/zipball/main"
	}
	b = append(b, `,"query_string":"","request_method":"GET"`...)
	b = appendText(b, `,"route":`, route)
	b = append(b, `,"status_code":200`...)
	return appendText(b, `,"url_path":`, "/repos/"+e.repo.full+path)
}

func appendTransport(b []byte, ssh bool) []byte {
	if ssh {
		return append(b, `,"transport_protocol":2,"transport_protocol_name":"ssh"`...)
	}
	return append(b, `,"transport_protocol":1,"transport_protocol_name":"http"`...)
}

// appendText appends a key and s as a JSON string. Plain text, which is nearly
// all of it, is copied; anything else goes through encoding/json.
func appendText(b []byte, key, s string) []byte {
	b = append(b, key...)
	for i := range len(s) {
		if c := s[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' {
			return append(b, quote(s)...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
