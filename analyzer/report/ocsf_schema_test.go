package report_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"midwatch/analyzer"
	"midwatch/analyzer/report"
)

// published names a folder with the OCSF schema as published; with -update the part of
// it that is checked is derived anew into testdata/ocsf.
var published = flag.String("ocsf", "", "folder of the published OCSF schema (github.com/ocsf/ocsf-schema at 1.8.0)")

// ocsfSchema is what is derived from the schema: the class Detection Finding, and the
// objects that our findings have, each with its attributes.
type ocsfSchema struct {
	Version string                `json:"version"`
	Objects map[string]ocsfObject `json:"objects"`
}

// ocsfObject has attributes by name, and groups of which at least one must be there.
type ocsfObject struct {
	Attributes map[string]ocsfAttribute `json:"attributes"`
	AtLeastOne []string                 `json:"at_least_one,omitempty"`
}

type ocsfAttribute struct {
	// Type is one of JSON's (string, integer, boolean, any) or the name of an object.
	Type       string `json:"type"`
	Array      bool   `json:"array,omitempty"`
	Required   bool   `json:"required,omitempty"`
	Deprecated bool   `json:"deprecated,omitempty"`
	// Enum are the numbers that are allowed; any where it is empty.
	Enum []int `json:"enum,omitempty"`
}

// Every line is a Detection Finding of OCSF 1.8.0: each attribute is one of the schema's,
// of its type and among its numbers, none that is required is missing, none is
// deprecated.
func TestOCSFIsOfThePublishedSchema(t *testing.T) {
	t.Parallel()
	schema := theSchema(t)
	golden(t, "full.ocsf18.jsonl", func(w io.Writer) error { return report.OCSF(w, fullNight(), report.OCSF18) })
	reasons := everyReason()
	reasons.Resolved = fullNight().Resolved
	lines := 0
	for _, n := range []report.Night{fullNight(), quietNight(), reasons} {
		var out bytes.Buffer
		if err := report.OCSF(&out, n, report.OCSF18); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			lines++
			for _, problem := range schema.problems(t, line) {
				t.Errorf("line %d: %s", lines, problem)
			}
		}
	}
	if lines < 100 {
		t.Errorf("only %d lines were checked", lines)
	}
}

// The checker finds what is wrong: each of these is one fault.
func TestTheOCSFCheckerFindsFaults(t *testing.T) {
	t.Parallel()
	schema := theSchema(t)
	var out bytes.Buffer
	n := quietNight()
	n.Findings = []analyzer.Finding{thiefFinding()}
	if err := report.OCSF(&out, n, report.OCSF18); err != nil {
		t.Fatal(err)
	}
	for old, wrong := range map[string]string{
		`"severity_id":`:                      `"severity_nr":`,
		`"activity_id":2`:                     `"activity_id":7`,
		`"is_alert":false`:                    `"is_alert":"no"`,
		`"analysis_targets":[`:                `"targets":[`,
		`"confidence_score":`:                 `"confidence_score":0.5,"count":`,
		`"type":"Statistical"}`:               `"type":"Statistical","kind":1}`,
		`"programmatic_credentials":[{"type"`: `"credential_uid":"x","programmatic_credentials":[{"type"`,
	} {
		line := strings.Replace(out.String(), old, wrong, 1)
		if line == out.String() {
			t.Errorf("%s is not in the line", old)
		}
		if len(schema.problems(t, line)) == 0 {
			t.Errorf("%s for %s is not noticed", wrong, old)
		}
	}
	if err := report.OCSF(io.Discard, n, "1.7.0"); err == nil || !strings.Contains(err.Error(), "1.8.0, 1.4.0") {
		t.Errorf("another version: %v", err)
	}
}

// 1.4 has nothing that came later.
func TestOCSF14HasNothingLater(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := report.OCSF(&out, fullNight(), report.OCSF14); err != nil {
		t.Fatal(err)
	}
	for _, later := range []string{"anomaly_analyses", "confidence_score", `"tactic"`, "programmatic_credentials", "1.8.0"} {
		if strings.Contains(out.String(), later) {
			t.Errorf("it has %s", later)
		}
	}
}

func TestECS(t *testing.T) {
	t.Parallel()
	golden(t, "full.ecs.jsonl", func(w io.Writer) error { return report.ECS(w, fullNight()) })
}

// problems says what is wrong with one event.
func (s ocsfSchema) problems(t *testing.T, line string) []string {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(line))
	d.UseNumber()
	var event map[string]any
	if err := d.Decode(&event); err != nil {
		t.Fatal(err)
	}
	return s.object("detection_finding", "event", event)
}

func (s ocsfSchema) object(name, at string, value map[string]any) (all []string) {
	o, known := s.Objects[name]
	if !known {
		return []string{at + ": the schema derived has no object " + name}
	}
	for _, key := range slices.Sorted(maps.Keys(o.Attributes)) {
		if _, there := value[key]; o.Attributes[key].Required && !there {
			all = append(all, at+" lacks "+key)
		}
	}
	if len(o.AtLeastOne) > 0 && !slices.ContainsFunc(o.AtLeastOne, func(k string) bool { return value[k] != nil }) {
		all = append(all, fmt.Sprintf("%s has none of %v", at, o.AtLeastOne))
	}
	for _, key := range slices.Sorted(maps.Keys(value)) {
		a, known := o.Attributes[key]
		switch items, isArray := value[key].([]any); {
		case !known:
			all = append(all, at+" has "+key+", which the schema has not")
		case a.Deprecated:
			all = append(all, at+"."+key+" is deprecated")
		case isArray != a.Array && a.Type != "any":
			all = append(all, at+"."+key+" must be an array, or not")
		case isArray && a.Type != "any":
			for i, item := range items {
				all = append(all, s.value(a, fmt.Sprintf("%s.%s[%d]", at, key, i), item)...)
			}
		default:
			all = append(all, s.value(a, at+"."+key, value[key])...)
		}
	}
	return all
}

func (s ocsfSchema) value(a ocsfAttribute, at string, value any) []string {
	fine := true
	switch a.Type {
	case "any":
	case "string":
		_, fine = value.(string)
	case "boolean":
		_, fine = value.(bool)
	case "integer":
		number, _ := value.(json.Number)
		n, err := strconv.Atoi(number.String())
		fine = err == nil && (len(a.Enum) == 0 || slices.Contains(a.Enum, n))
	default:
		inner, isObject := value.(map[string]any)
		if isObject {
			return s.object(a.Type, at, inner)
		}
		fine = false
	}
	if !fine {
		return []string{fmt.Sprintf("%s is %v, no %s among %v", at, value, a.Type, a.Enum)}
	}
	return nil
}

// theSchema is the part of the schema in testdata, derived anew where it is asked for.
func theSchema(t *testing.T) ocsfSchema {
	t.Helper()
	path := "../../testdata/ocsf/1.8.0.json"
	if *published != "" && *update {
		text, err := json.Marshal(derive(t, *published))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, append(text, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var s ocsfSchema
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &s); err != nil || s.Version != report.OCSF18 {
		t.Fatalf("%s is of %q: %v", path, s.Version, err)
	}
	return s
}

// definition is a file of the schema, or its dictionary.
type definition struct {
	Extends    string         `json:"extends"`
	Attributes map[string]any `json:"attributes"`
	Types      struct {
		Attributes map[string]any `json:"attributes"`
	} `json:"types"`
	Constraints struct {
		AtLeastOne []string `json:"at_least_one"`
	} `json:"constraints"`
	Version string `json:"version"`
	UID     int    `json:"uid"`
}

// derived are the objects of our findings.
var derived = []string{
	"metadata", "product", "finding_info", "analytic", "attack", "tactic", "technique", "sub_technique", "evidences", "actor", "user", "programmatic_credential",
	"resource_details", "observable", "remediation", "anomaly_analysis", "analysis_target", "anomaly", "baseline", "observation",
}

// derive reads the published schema: the class with what it extends, and the objects.
func derive(t *testing.T, folder string) ocsfSchema {
	t.Helper()
	read := func(name string) (d definition) {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &d); err != nil {
			t.Fatal(err)
		}
		return d
	}
	dictionary := read("dictionary.json")
	s := ocsfSchema{Version: read("version.json").Version, Objects: map[string]ocsfObject{}}
	of := func(files ...string) ocsfObject {
		o := ocsfObject{Attributes: map[string]ocsfAttribute{}}
		for _, file := range files { // what extends comes last
			d := read(file)
			if len(d.Constraints.AtLeastOne) > 0 {
				o.AtLeastOne = d.Constraints.AtLeastOne
			}
			for name, own := range d.Attributes {
				if name != "$include" { // profiles: we apply none
					o.Attributes[name] = attribute(dictionary, name, own.(map[string]any), o.Attributes[name])
				}
			}
		}
		return o
	}
	s.Objects["detection_finding"] = of("events/base_event.json", "events/findings/finding.json", "events/findings/detection_finding.json")
	numbered(s.Objects["detection_finding"], read("events/findings/detection_finding.json").UID)
	for _, name := range derived {
		files := []string{"objects/" + name + ".json"}
		for parent := read(files[0]).Extends; parent != ""; parent = read("objects/" + parent + ".json").Extends {
			files = append([]string{"objects/" + parent + ".json"}, files...)
		}
		s.Objects[name] = of(files...)
	}
	observableTypes(t, s, dictionary, folder)
	return s
}

// numbered sets the numbers of category, class and type, which the schema's compiler
// makes of the class's own: findings are category 2.
func numbered(o ocsfObject, uid int) {
	set := func(name string, enum ...int) {
		a := o.Attributes[name]
		a.Enum = enum
		o.Attributes[name] = a
	}
	class := 2000 + uid
	set("category_uid", 2)
	set("class_uid", class)
	set("type_uid", 100*class, 100*class+1, 100*class+2, 100*class+3, 100*class+99)
}

// attribute is an attribute as a file has it, with what the dictionary and those that
// it extends say.
func attribute(dictionary definition, name string, own map[string]any, before ocsfAttribute) ocsfAttribute {
	a := before
	general, _ := dictionary.Attributes[name].(map[string]any)
	for _, from := range []map[string]any{general, own} {
		if kind, ok := from["type"].(string); ok {
			a.Type = jsonType(dictionary, kind)
		}
		if array, ok := from["is_array"].(bool); ok {
			a.Array = array
		}
		enum, _ := from["enum"].(map[string]any)
		for number := range enum {
			if n, err := strconv.Atoi(number); err == nil {
				a.Enum = append(a.Enum, n)
			}
		}
		if requirement, ok := from["requirement"].(string); ok {
			a.Required = requirement == "required"
		}
		if from["@deprecated"] != nil {
			a.Deprecated = true
		}
	}
	slices.Sort(a.Enum)
	a.Enum = slices.Compact(a.Enum)
	return a
}

// jsonType is JSON's type of one of the dictionary's, or the name of an object.
func jsonType(dictionary definition, kind string) string {
	for {
		switch kind {
		case "string_t":
			return "string"
		case "integer_t", "long_t", "timestamp_t":
			return "integer"
		case "boolean_t":
			return "boolean"
		case "json_t", "object":
			return "any"
		}
		general, isType := dictionary.Types.Attributes[kind].(map[string]any)
		base, hasBase := general["type"].(string)
		if !isType || !hasBase {
			return kind
		}
		kind = base
	}
}

// observableTypes are the numbers that types, attributes and objects give themselves,
// for what can be searched for.
func observableTypes(t *testing.T, s ocsfSchema, dictionary definition, folder string) {
	t.Helper()
	o := s.Objects["observable"]
	a := o.Attributes["type_id"]
	var collect func(any)
	collect = func(v any) {
		switch x := v.(type) {
		case map[string]any:
			for key, each := range x {
				if n, ok := each.(float64); key == "observable" && ok {
					a.Enum = append(a.Enum, int(n))
				}
				collect(each)
			}
		case []any:
			for _, each := range x {
				collect(each)
			}
		}
	}
	collect(dictionary.Types.Attributes)
	collect(dictionary.Attributes)
	files, err := filepath.Glob(filepath.Join(folder, "objects", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var all any
		if err := json.Unmarshal(text, &all); err != nil {
			t.Fatal(err)
		}
		collect(all)
	}
	slices.Sort(a.Enum)
	a.Enum = slices.Compact(a.Enum)
	o.Attributes["type_id"] = a
}
