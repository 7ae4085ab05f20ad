package warehouse

import (
	"bufio"
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// mostWrappers is how many shippers may have wrapped a record one after the other.
const mostWrappers = 5

// wrapper is what one shipper puts around records: an object that has all of its
// keys, and any of one of its signs.
type wrapper struct {
	// name and source say whose it is and where it is described.
	name, source string
	// inside gives what is in it, nil where the object is not of this shipper.
	inside func(o members) []json.RawMessage
}

// wrappers are those that are known, from the surest sign to the least.
var wrappers = []wrapper{
	{"CloudTrail file", `AWS, "CloudTrail log file examples"`, listUnder("Records")},
	{"Event Hubs, Azure Monitor", `Microsoft, "Stream Azure monitoring data to an event hub"`, listUnder("records")},
	{"CloudWatch Logs subscription", `AWS, "Log group-level subscription filters"`, listUnder("logEvents", "logGroup", "messageType", "owner")},
	{"CloudWatch Logs, filter-log-events", `AWS CLI reference`, listUnder("events", "searchedLogStreams", "nextToken", "nextForwardToken")},
	{"CloudWatch Logs event", `AWS, FilteredLogEvent, OutputLogEvent`, fieldUnder("message", "ingestionTime", "logStreamName", "eventId", "extractedFields")},
	{"EventBridge", `AWS, "EventBridge event structure"`, fieldUnder("detail", "detail-type")},
	{"SNS", `AWS, "SNS message and JSON formats"`, fieldUnder("Message", "TopicArn")},
	{"Splunk export", `Splunk, "Export search results"`, objectUnder("result", "_raw")},
	{"Splunk, Cribl", `Splunk, "_raw"`, fieldUnder("_raw", "_time", "sourcetype", "_cd", "index", "host", "source")},
	{"Splunk HTTP event collector", `Splunk, "Format events for HTTP Event Collector"`, httpEventCollector},
	{"journald", `systemd.journal-fields(7), journalctl -o json`, journald},
	{"Docker json-file, Fluent Bit", `Docker, "JSON File logging driver"`, fieldUnder("log", "stream", "kubernetes", "container_name", "container_id", "docker")},
	{"Elastic Common Schema", `Elastic, "Event fields": event.original`, objectUnder("event", "original")},
	{"Elastic Common Schema, keys with dots", `Elastic, "Event fields"`, fieldUnder("event.original", "@timestamp", "message")},
	{"Filebeat", `Elastic, "Filebeat exported fields"`, filebeat},
	{"Elasticsearch hit", `Elastic, "Search API"`, fieldUnder("_source", "_index")},
	{"Elasticsearch answer", `Elastic, "Search API"`, objectUnder("hits", "hits")},
	{"Google Cloud Logging", `Google, LogEntry`, eitherUnder("jsonPayload", "textPayload", "logName", "insertId")},
	{"Datadog", `Datadog, "Log archives", "Search logs"`, datadog},
	{"Loki", `Grafana, "logcli"`, fieldUnder("line", "labels", "timestamp")},
	{"GELF", `Graylog, "GELF payload specification"`, eitherUnder("full_message", "short_message", "version")},
	{"Vector", `Vector, "Log event"`, fieldUnder("message", "source_type")},
	{"Azure container log", `Microsoft, "ContainerLogV2"`, objectUnder("properties", "log")},
	{"page of an API", `GitHub REST, Datadog and others`, listUnder("data", "meta", "links", "page", "next", "total")},
}

// members are what an object has.
type members map[string]json.RawMessage

// hasAny is true where the object has one of some keys, or none are asked for.
func (o members) hasAny(keys []string) bool {
	for _, k := range keys {
		if _, ok := o[k]; ok {
			return true
		}
	}
	return len(keys) == 0
}

// listUnder is a wrapper with a list of records under a key, beside any of some signs.
func listUnder(key string, signs ...string) func(members) []json.RawMessage {
	return func(o members) []json.RawMessage {
		var all []json.RawMessage
		if !o.hasAny(signs) || !bytes.HasPrefix(o[key], []byte("[")) || json.Unmarshal(o[key], &all) != nil {
			return nil
		}
		return all
	}
}

// fieldUnder is a wrapper with one record under a key, beside any of some signs.
func fieldUnder(key string, signs ...string) func(members) []json.RawMessage {
	return func(o members) []json.RawMessage {
		if v, ok := o[key]; ok && o.hasAny(signs) {
			return []json.RawMessage{v}
		}
		return nil
	}
}

// eitherUnder is fieldUnder for one of two keys.
func eitherUnder(first, second string, signs ...string) func(members) []json.RawMessage {
	return func(o members) []json.RawMessage {
		if inside := fieldUnder(first, signs...)(o); inside != nil {
			return inside
		}
		return fieldUnder(second, signs...)(o)
	}
}

// objectUnder is a wrapper with an object that has the record, or a list of them.
func objectUnder(outer, inner string) func(members) []json.RawMessage {
	return func(o members) []json.RawMessage {
		var in members
		if !bytes.HasPrefix(o[outer], []byte("{")) || json.Unmarshal(o[outer], &in) != nil {
			return nil
		}
		if all := listUnder(inner)(in); all != nil {
			return all
		}
		return fieldUnder(inner)(in)
	}
}

// httpEventCollector has the event beside keys of its own and no others: other logs
// have a key called event too.
func httpEventCollector(o members) []json.RawMessage {
	for key := range o {
		switch key {
		case "event", "time", "host", "source", "sourcetype", "index", "fields":
		default:
			return nil
		}
	}
	if len(o) < 2 {
		return nil
	}
	return fieldUnder("event")(o)
}

// journald writes a message as a text, or as the numbers of its bytes where it is not
// all text. It is put back as the system log has it, with the time and the program
// that are in other fields, because some formats tell the time of a line by it.
func journald(o members) []json.RawMessage {
	message, ok := o["MESSAGE"]
	if !ok || !o.hasAny([]string{"__REALTIME_TIMESTAMP", "_HOSTNAME", "SYSLOG_IDENTIFIER", "_PID"}) {
		return nil
	}
	var numbers []byte
	var each []int
	if json.Unmarshal(message, &each) == nil {
		for _, n := range each {
			numbers = append(numbers, byte(n))
		}
		text, err := json.Marshal(string(bytes.ToValidUTF8(numbers, []byte("\ufffd"))))
		if err != nil {
			return nil
		}
		message = text
	}
	return []json.RawMessage{stamped(o, message)}
}

// filebeat has the line as a message beside what the shipper knows of itself.
func filebeat(o members) []json.RawMessage {
	if _, ok := o["@timestamp"]; !ok {
		return nil
	}
	return fieldUnder("message", "agent", "ecs", "input", "beat", "fileset", "log", "@metadata", "@version")(o)
}

// datadog has the line as a message and what it made of it as attributes.
func datadog(o members) []json.RawMessage {
	if !bytes.HasPrefix(o["attributes"], []byte("{")) || !o.hasAny([]string{"date", "timestamp", "service", "ddsource", "tags", "type", "_id"}) {
		return nil
	}
	if message := textOf(o["message"]); message != "" {
		return []json.RawMessage{o["message"]}
	}
	return []json.RawMessage{o["attributes"]}
}

// textOf is a JSON string's text, "" for what is none.
func textOf(v json.RawMessage) string {
	var s string
	if len(v) == 0 || v[0] != '"' || json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}

// stamped puts the time, host and program that journald knows before a line, as
// journalctl -o short-iso does; JSON stays as it is.
func stamped(o members, message json.RawMessage) json.RawMessage {
	text := textOf(message)
	micros, err := strconv.ParseInt(textOf(o["__REALTIME_TIMESTAMP"]), 10, 64)
	if text == "" || err != nil || strings.HasPrefix(strings.TrimSpace(text), "{") {
		return message
	}
	host, program := textOf(o["_HOSTNAME"]), textOf(o["SYSLOG_IDENTIFIER"])
	if host == "" {
		host = "localhost"
	}
	if program == "" {
		program = "log"
	}
	if pid := textOf(o["_PID"]); pid != "" {
		program += "[" + pid + "]"
	}
	line, err := json.Marshal(isoTime(micros) + " " + host + " " + program + ": " + text)
	if err != nil {
		return message
	}
	return line
}

// peel takes what shippers put around records off an object, and gives the records,
// one a line each. Where it is no wrapper, or what is inside is no record, it gives
// the object itself. lines tells whether records may be lines of text.
func peel(text []byte, lines bool) [][]byte {
	return peelWithin(text, lines, mostWrappers)
}

func peelWithin(text []byte, lines bool, most int) [][]byte {
	if most == 0 || !mayBeWrapper(text) {
		return [][]byte{text}
	}
	var o members
	if json.Unmarshal(text, &o) != nil {
		return [][]byte{text}
	}
	for _, w := range wrappers {
		inside := w.inside(o)
		if inside == nil {
			continue
		}
		var all [][]byte
		found := len(inside) == 0
		for _, v := range inside {
			records := recordsIn(v, lines, most-1)
			found = found || records != nil
			if records == nil {
				records = [][]byte{oneLine(v)} // what is none goes to quarantine and not out of sight
			}
			all = append(all, records...)
		}
		if found {
			return all
		}
	}
	return [][]byte{text}
}

// recordsIn are the records of a wrapper's inside: an object, or a text that is one, or
// lines; nil for none.
func recordsIn(v json.RawMessage, lines bool, most int) [][]byte {
	if len(v) > 0 && v[0] == '{' {
		return peelWithin(oneLine(v), lines, most)
	}
	text := strings.TrimSpace(textOf(v))
	if strings.HasPrefix(text, "{") && json.Valid([]byte(text)) {
		return peelWithin(oneLine([]byte(text)), lines, most)
	}
	if !lines || text == "" {
		return nil
	}
	var all [][]byte
	for line := range strings.Lines(text) {
		all = append(all, []byte(strings.TrimRight(line, "\r\n")))
	}
	return all
}

// oneLine is a JSON value on one line.
func oneLine(v []byte) []byte {
	if bytes.IndexByte(v, '\n') < 0 {
		return v
	}
	var b bytes.Buffer
	if json.Compact(&b, v) != nil {
		return bytes.ReplaceAll(v, []byte("\n"), []byte(" "))
	}
	return b.Bytes()
}

// mayBeWrapper passes over most records at a glance: each wrapper has one of a few
// keys.
func mayBeWrapper(text []byte) bool {
	for at := 0; ; {
		i := bytes.IndexByte(text[at:], ':')
		if i < 0 {
			return false
		}
		at += i + 1
		key := bytes.TrimRight(text[:at-1], " ")
		if len(key) < 2 || key[len(key)-1] != '"' {
			continue
		}
		key = key[:len(key)-1]
		if isSign(string(key[bytes.LastIndexByte(key, '"')+1:])) && utf8.Valid(text) {
			return true
		}
	}
}

// isSign tells the keys under which wrappers have records.
func isSign(key string) bool {
	switch key {
	case "Records", "records", "logEvents", "events", "message", "detail", "Message", "result", "_raw", "event", "MESSAGE", "log", "event.original",
		"_source", "hits", "jsonPayload", "textPayload", "attributes", "line", "full_message", "short_message", "properties", "data":
		return true
	}
	return false
}

// isoTime is a time in microseconds since 1970 as a log line has it.
func isoTime(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05.000000Z")
}

// shipped is what runtimes and system logs put before a line that is JSON: the CRI's
// log format, syslog, and the time that CloudWatch's exports and kubectl stamp.
var shipped = regexp.MustCompile(`^(?:<\d+>)?\d* ?(?:\d{4}-\d\d-\d\d[T ]\S+ (?:std(?:out|err) [FP] )?|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d )(?:[^\s\[{]+ [^\s\[\]:{]+(?:\[\d+\])?: )?\{`)

// peelLines takes wrappers off the lines of a block that are JSON, for formats whose
// records are lines of text.
func peelLines(block []byte) []byte {
	if block[0] != '{' && !bytes.Contains(block, []byte("\n{")) && !bytes.Contains(block, []byte(" {")) {
		return block
	}
	var out []byte
	from := 0
	for at := 0; at < len(block); {
		end := at + bytes.IndexByte(block[at:], '\n') + 1
		if end == at {
			end = len(block)
		}
		line := block[at:end]
		records, changed := peelLine(line)
		if changed {
			out = append(out, block[from:at]...)
			for _, r := range records {
				out = append(append(out, r...), '\n')
			}
			from = end
		}
		at = end
	}
	if from == 0 {
		return block
	}
	return append(out, block[from:]...)
}

// peelLine is the records of a line, and whether they are not the line itself.
func peelLine(line []byte) (records [][]byte, changed bool) {
	text := bytes.TrimRight(line, "\r\n")
	if len(text) == 0 {
		return nil, false
	}
	if text[0] != '{' {
		m := shipped.FindIndex(text)
		if m == nil || !json.Valid(text[m[1]-1:]) {
			return nil, false
		}
		return peel(text[m[1]-1:], true), true
	}
	if !looksPlain(text) && !json.Valid(text) {
		return splitLine(text)
	}
	records = peel(text, true)
	return records, len(records) != 1 || len(records[0]) != len(text)
}

// splitLine is the records of a line that has several objects and nothing else.
func splitLine(text []byte) (records [][]byte, changed bool) {
	v := newValues(bufio.NewReader(bytes.NewReader(text)))
	v.final = true
	for {
		piece, isObject, err := v.next()
		if err != nil {
			return records, len(records) > 1
		}
		if !isObject || !json.Valid(piece) {
			return nil, false
		}
		records = append(records, peel(piece, true)...)
	}
}
