package journal

import (
	"os"
	"os/exec"
	"strconv"
	"testing"
)

func startSleeper(t *testing.T) (*exec.Cmd, Record) {
	t.Helper()
	path, err := exec.LookPath("cat")
	if err != nil {
		t.Fatal(err)
	}
	sleeper := exec.Command(path)
	if _, err := sleeper.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := sleeper.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sleeper.Process.Kill(); _ = sleeper.Wait() })
	boot, err := BootID()
	if err != nil {
		t.Fatal(err)
	}
	child, err := ChildOf(sleeper.Process.Pid, sleeper.Path)
	if err != nil {
		t.Fatal(err)
	}
	return sleeper, Record{BootID: boot, Children: []Child{child}}
}

func TestTheVeryProcessOfTheRecordIsKilled(t *testing.T) {
	sleeper, record := startSleeper(t)
	record.Children[0].Executable = executableOf(t, sleeper.Process.Pid)
	killed, err := Kill(record)
	if killed != 1 || err != nil {
		t.Fatalf("killed %d, %v", killed, err)
	}
	if err := sleeper.Wait(); err == nil {
		t.Fatal("it ended by itself")
	}
	if killed, err := Kill(record); killed != 0 || err != nil {
		t.Fatalf("the second time: killed %d, %v", killed, err)
	}
}

func TestAnInnocentProcessWithTheSameIdLives(t *testing.T) {
	for name, change := range map[string]func(*Record){
		"after a power cut":            func(record *Record) { record.BootID = "another boot" },
		"that started at another time": func(record *Record) { record.Children[0].StartTicks++ },
		"that is another program":      func(record *Record) { record.Children[0].Executable = "/usr/sbin/openvpn" },
	} {
		sleeper, record := startSleeper(t)
		record.Children[0].Executable = executableOf(t, sleeper.Process.Pid)
		change(&record)
		if killed, err := Kill(record); killed != 0 || err != nil {
			t.Errorf("%s: killed %d, %v", name, killed, err)
		}
		if _, err := startTicks(sleeper.Process.Pid); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func executableOf(t *testing.T, pid int) string {
	t.Helper()
	path, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/exe")
	if err != nil {
		t.Fatal(err)
	}
	return path
}
