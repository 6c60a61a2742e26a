package ipc

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

type fixture struct {
	Name  string          `json:"name"`
	Wire  string          `json:"wire"`
	Valid bool            `json:"valid"`
	Value json.RawMessage `json:"value"`
}

func readFixtures(tb testing.TB, wire string) []fixture {
	tb.Helper()
	body, err := os.ReadFile(filepath.Join("..", "..", "..", "contract", "fixtures", wire+".json"))
	if err != nil {
		tb.Fatal(err)
	}
	var fixtures []fixture
	if err := json.Unmarshal(body, &fixtures); err != nil {
		tb.Fatal(err)
	}
	return fixtures
}

func anyOf[Value any](decode func([]byte) (Value, error)) func([]byte) (any, error) {
	return func(body []byte) (any, error) { return decode(body) }
}

var decoders = map[string]func([]byte) (any, error){
	"helperHello": anyOf(DecodeHello), "helperRequest": anyOf(DecodeRequest), "helperMessage": anyOf(DecodeMessage),
	"relayStart": anyOf(DecodeRelayStart), "relayReport": anyOf(DecodeRelayReport), "policy": anyOf(DecodePolicy),
}

func TestEveryFixtureOfTheContractIsJudgedAsItSays(t *testing.T) {
	for _, file := range []string{"helper", "relay", "policy"} {
		for _, fixture := range readFixtures(t, file) {
			t.Run(fixture.Wire+" "+fixture.Name, func(t *testing.T) {
				message, err := decoders[fixture.Wire](fixture.Value)
				if (err == nil) != fixture.Valid {
					t.Fatalf("valid should be %v, got %v", fixture.Valid, err)
				}
				if fixture.Valid {
					assertSameJSON(t, message, fixture.Value)
				}
			})
		}
	}
}

// assertSameJSON encodes the message and compares it with what was read.
func assertSameJSON(t *testing.T, message any, want []byte) {
	t.Helper()
	body, err := Encode(message)
	if err != nil {
		t.Fatal(err)
	}
	var left, right any
	if err := json.Unmarshal(body, &left); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	if err := json.Unmarshal(want, &right); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(left, right) {
		t.Fatalf("wrote %s\nread  %s", body, want)
	}
}

func TestEveryTypeOfTheContractHasAFixture(t *testing.T) {
	seen := map[reflect.Type]bool{}
	for _, file := range []string{"helper", "relay", "policy"} {
		for _, fixture := range readFixtures(t, file) {
			if message, err := decoders[fixture.Wire](fixture.Value); err == nil {
				collect(reflect.ValueOf(message), seen)
			}
		}
	}
	for concrete := range variants {
		if !seen[concrete] {
			t.Errorf("no valid fixture holds a %s", concrete.Name())
		}
	}
}

func collect(value reflect.Value, seen map[reflect.Type]bool) {
	seen[value.Type()] = true
	switch value.Kind() {
	case reflect.Interface, reflect.Pointer:
		if !value.IsNil() {
			collect(value.Elem(), seen)
		}
	case reflect.Struct:
		for index := range value.NumField() {
			if value.Type().Field(index).IsExported() {
				collect(value.Field(index), seen)
			}
		}
	case reflect.Slice:
		for index := range value.Len() {
			collect(value.Index(index), seen)
		}
	}
}

func TestWhatNoJSONParserMayReadInTwoWaysIsRefused(t *testing.T) {
	for name, body := range map[string]string{
		"a field that stands twice":    `{"type":"status","id":1,"id":2}`,
		"a field in capitals":          `{"Type":"status","id":1}`,
		"something behind the value":   `{"type":"status","id":1}{"type":"disconnect","id":2}`,
		"a comment":                    `{"type":"status","id":1} // x`,
		"an end in the middle":         `{"type":"status","id":`,
		"nothing":                      ``,
		"a number beyond all bounds":   `{"type":"status","id":99999999999999999999}`,
		"an exponent":                  `{"type":"status","id":1e0}`,
		"text that is no UTF-8":        "{\"type\":\"status\xff\",\"id\":1}",
		"nesting as deep as the stack": `{"type":` + nested(100_000) + `}`,
	} {
		if _, err := DecodeRequest([]byte(body)); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func nested(depth int) string {
	body := make([]byte, depth)
	for index := range body {
		body[index] = '['
	}
	return string(body)
}

func TestAnErrorNamesThePlaceButNeverTheValue(t *testing.T) {
	_, err := DecodeRelayStart([]byte(`{"type":"start","mode":"stdio","ways":[{"host":"top secret!","port":1,"proxy":null,"wrap":null}],"stepMs":0,"timeoutMs":100}`))
	if got := err.Error(); len(got) < 18 || got[:18] != "relay/ways/0/host:" {
		t.Errorf("got %q", got)
	}
}

func FuzzRequest(f *testing.F) {
	for _, fixture := range readFixtures(f, "helper") {
		f.Add([]byte(fixture.Value))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		request, err := DecodeRequest(body)
		if err != nil {
			return
		}
		again, err := Encode(request)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DecodeRequest(again); err != nil {
			t.Fatalf("what was taken once is refused when written again: %v\n%s", err, again)
		}
	})
}

// FuzzRelayReport: the relay runs as another user and talks to root.
func FuzzRelayReport(f *testing.F) {
	for _, fixture := range readFixtures(f, "relay") {
		f.Add([]byte(fixture.Value))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if report, err := DecodeRelayReport(body); err == nil {
			assertTakenAgain(t, report, anyOf(DecodeRelayReport))
		}
		if start, err := DecodeRelayStart(body); err == nil {
			assertTakenAgain(t, start, anyOf(DecodeRelayStart))
		}
	})
}

func FuzzPolicy(f *testing.F) {
	for _, fixture := range readFixtures(f, "policy") {
		f.Add([]byte(fixture.Value))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if policy, err := DecodePolicy(body); err == nil {
			assertTakenAgain(t, policy, anyOf(DecodePolicy))
		}
	})
}

func assertTakenAgain(t *testing.T, message any, decode func([]byte) (any, error)) {
	t.Helper()
	again, err := Encode(message)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := decode(again); err != nil {
		t.Fatalf("what was taken once is refused when written again: %v\n%s", err, again)
	}
}
