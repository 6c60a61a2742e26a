package policy

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

const open = `{"version":1,"tunnel":{"serverNames":null,"authorities":null,"alsoRoute":[],"neverRoute":["10.0.0.0/16"]},` +
	`"portals":{"preset":[],"others":true,"acceptChangedCertificate":true},"proxy":null}`

func TestOnlyAPolicyThatRootAloneCouldHaveWrittenIsTaken(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root to own files as root and as others")
	}
	for _, test := range []struct {
		name   string
		text   string
		change func(path string) error
		good   bool
	}{
		{"root's own", open, func(string) error { return nil }, true},
		{"writable by its group", open, func(path string) error { return os.Chmod(path, 0o664) }, false},
		{"writable by all", open, func(path string) error { return os.Chmod(path, 0o646) }, false},
		{"of another user", open, func(path string) error { return os.Chown(path, 1000, 0) }, false},
		{"in a directory that others write", open, func(path string) error { return os.Chmod(filepath.Dir(path), 0o777) }, false},
		{"in another user's directory", open, func(path string) error { return os.Chown(filepath.Dir(path), 1000, 0) }, false},
		{"behind a link", open, func(path string) error {
			return errors.Join(os.Rename(path, path+".real"), os.Symlink(path+".real", path))
		}, false},
		{"a directory", open, func(path string) error { return errors.Join(os.Remove(path), os.Mkdir(path, 0o700)) }, false},
		{"with a misspelt rule", `{"version":1,"tunel":{}}`, func(string) error { return nil }, false},
		{"cut short", open[:50], func(string) error { return nil }, false},
		{"empty", "", func(string) error { return nil }, false},
	} {
		path := filepath.Join(t.TempDir(), "policy.json")
		if err := errors.Join(os.Chmod(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(test.text), 0o644), test.change(path)); err != nil {
			t.Fatal(err)
		}
		policy, err := Load(path)
		if (err == nil && policy != nil) != test.good {
			t.Errorf("%s: got %v, %v", test.name, policy, err)
		}
	}
}

func TestWithoutAPolicyThereIsNone(t *testing.T) {
	if policy, err := Load(filepath.Join(t.TempDir(), "policy.json")); policy != nil || err != nil {
		t.Errorf("got %v, %v", policy, err)
	}
}
