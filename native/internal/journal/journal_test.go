package journal

import (
	"errors"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func sample() Record {
	return Record{
		BootID: "a36a60ad-11d1-44f8-bf3c-2eba476fffe2", Adapter: "anslut0", Owner: 990,
		Addresses: []netip.Addr{netip.MustParseAddr("10.77.0.17")},
		Routes:    []netip.Prefix{netip.MustParsePrefix("10.77.0.0/20"), netip.MustParsePrefix("192.168.0.0/24")},
		Neighbour: netip.MustParseAddr("10.77.0.1"),
		Children:  []Child{{PID: 4711, StartTicks: 12345, Executable: "/usr/sbin/openvpn"}},
	}
}

func open(t *testing.T) (*Journal, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state", "journal.json")
	journal, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return journal, path
}

func TestWhatWasWrittenIsRead(t *testing.T) {
	journal, path := open(t)
	if err := journal.Write(sample()); err != nil {
		t.Fatal(err)
	}
	read, err := journal.Read()
	if err != nil || !reflect.DeepEqual(read, sample()) {
		t.Fatalf("got %+v, %v", read, err)
	}
	if read.Entries() != 6 {
		t.Errorf("counts %d entries", read.Entries())
	}
	for _, each := range []struct {
		path string
		mode os.FileMode
	}{{path, 0o600}, {filepath.Dir(path), 0o700}} {
		if info, err := os.Stat(each.path); err != nil || info.Mode().Perm() != each.mode {
			t.Errorf("%s: %v, %v", each.path, info.Mode(), err)
		}
	}
}

func TestAClearedJournalHoldsNothing(t *testing.T) {
	journal, _ := open(t)
	for range 2 {
		if err := journal.Clear(); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(journal.Write(sample()), journal.Clear()); err != nil {
		t.Fatal(err)
	}
	if read, err := journal.Read(); err != nil || read.Entries() != 0 {
		t.Fatalf("got %+v, %v", read, err)
	}
}

func TestAJournalThatCannotBeReadIsMovedAside(t *testing.T) {
	for name, body := range map[string]string{
		"cut short by a power cut": `{"version":1,"record":{"bootId":"x","adap`,
		"empty":                    ``,
		"zeros":                    "\x00\x00\x00\x00",
		"of another version":       `{"version":2,"record":{"bootId":"x"}}`,
		"with an unknown field":    `{"version":1,"record":{"bootId":"x","run":"/bin/sh"}}`,
		"with process 1":           `{"version":1,"record":{"bootId":"x","children":[{"pid":1,"startTicks":1,"executable":"/sbin/init"}]}}`,
		"with all processes":       `{"version":1,"record":{"bootId":"x","children":[{"pid":-1,"startTicks":1,"executable":"/x"}]}}`,
	} {
		journal, path := open(t)
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := journal.Read(); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%s: got %v", name, err)
		}
		if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) || !journal.HasUnreadable() {
			t.Errorf("%s: it still stands in the way", name)
		}
		if record, err := journal.Read(); err != nil || record.Entries() != 0 {
			t.Errorf("%s: a second read gives %+v, %v", name, record, err)
		}
		if err := journal.ForgetUnreadable(); err != nil || journal.HasUnreadable() {
			t.Errorf("%s: cannot be forgotten: %v", name, err)
		}
	}
}

func FuzzJournal(f *testing.F) {
	body, err := encode(sample())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body)
	f.Add([]byte(`{"version":1,"record":{"bootId":"x"}}`))
	f.Add([]byte(`{"version":1,"record":{"bootId":"x","routes":["0.0.0.0/0"],"children":[{"pid":2,"startTicks":1,"executable":"x"}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		record, err := decode(body)
		if err != nil {
			return
		}
		for _, child := range record.Children {
			if child.PID <= 1 || child.StartTicks == 0 {
				t.Fatalf("would kill %+v", child)
			}
		}
		again, err := encode(record)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := decode(again); err != nil {
			t.Fatalf("what was taken once is refused when written again: %v", err)
		}
	})
}
