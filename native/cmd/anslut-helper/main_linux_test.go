package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"anslut/native/internal/host"
	"anslut/native/internal/ipc"
	"anslut/native/internal/labtest"
)

// asProgram makes this test program behave as the real one, with its socket elsewhere.
const asProgram = "ANSLUT_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if socket := os.Getenv(asProgram); socket != "" {
		host.Installed.RunDirectory = filepath.Dir(socket)
		host.Installed.Socket = socket
		host.Installed.Lock = socket + ".lock"
		host.Installed.Journal = filepath.Join(filepath.Dir(socket), "state", "journal.json")
		os.Exit(run(os.Args[1:]))
	}
	labtest.Main(m)
}

// program prepares a run of the helper whose socket is at path.
func program(socket string, arguments ...string) *exec.Cmd {
	command := exec.Command("/proc/self/exe", arguments...)
	command.Env = []string{asProgram + "=" + socket}
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return command
}

func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return 0
}

func TestWithoutAHelperTheCallerReadsOneRefusal(t *testing.T) {
	command := program(filepath.Join(t.TempDir(), "helper.sock"), "connect", "--stdio")
	output, err := command.Output()
	if exitCode(err) != exitRefused {
		t.Errorf("ended with %v", err)
	}
	stream := bytes.NewReader(output)
	body, err := ipc.ReadFrame(stream)
	if err != nil {
		t.Fatal(err)
	}
	message, err := ipc.DecodeMessage(body)
	if refusal, fits := message.(ipc.Refusal); err != nil || !fits || refusal.ID != 0 || refusal.Cause != ipc.CauseHelperMissing {
		t.Errorf("got %+v, %v", message, err)
	}
	if stream.Len() > 0 {
		t.Errorf("%d bytes stand behind it", stream.Len())
	}
}

func TestArgumentsThatNobodyKnowsAreRefused(t *testing.T) {
	for _, arguments := range [][]string{
		{}, {"connect"}, {"connect", "--socket", "/tmp/x"}, {"serve", "--config", "/tmp/x"}, {"relay", "x"}, {"--cleanup", "all"}, {"help"},
	} {
		output, err := program("/nonexistent/helper.sock", arguments...).CombinedOutput()
		if exitCode(err) != 2 || !strings.Contains(string(output), "connect --stdio") {
			t.Errorf("%q: %v, %s", arguments, err, output)
		}
	}
}

func TestTheVersionIsSaid(t *testing.T) {
	if output, err := program("/x", "version").Output(); err != nil || !strings.HasPrefix(string(output), "anslut-helper ") {
		t.Errorf("got %q, %v", output, err)
	}
}

func TestTheServiceAnswersThroughConnectAndGoesWithoutATrace(t *testing.T) {
	labtest.Need(t, "ip")
	socket := filepath.Join(t.TempDir(), "run", "helper.sock")
	service := program(socket, "serve")
	stderr, err := service.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := service.Start(); err != nil {
		t.Fatal(err)
	}
	awaitText(t, stderr, "listening on ")
	if second, err := program(socket, "serve").CombinedOutput(); exitCode(err) != 1 || !strings.Contains(string(second), "another helper") {
		t.Errorf("a second one: %v, %s", err, second)
	}
	if cleanup, err := program(socket, "--cleanup").CombinedOutput(); exitCode(err) != 1 {
		t.Errorf("a cleanup beside it: %v, %s", err, cleanup)
	}
	caller := program(socket, "connect", "--stdio")
	stdin, err := caller.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := caller.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := caller.Start(); err != nil {
		t.Fatal(err)
	}
	if err := ipc.WriteFrame(stdin, ipc.Hello{Protocol: ipc.Protocol, Client: "test"}); err != nil {
		t.Fatal(err)
	}
	body, err := ipc.ReadFrame(stdout)
	if err != nil {
		t.Fatal(err)
	}
	if message, err := ipc.DecodeMessage(body); err != nil || message.(ipc.Welcome).Protocol != ipc.Protocol {
		t.Errorf("got %+v, %v", message, err)
	}
	stdin.Close()
	if err := caller.Wait(); err != nil {
		t.Errorf("the caller ended with %v", err)
	}
	if err := service.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := service.Wait(); err != nil {
		t.Errorf("the service ended with %v", err)
	}
	if _, err := os.Stat(socket); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("its socket is left: %v", err)
	}
	if output, err := program(socket, "--cleanup").CombinedOutput(); err != nil {
		t.Errorf("cleanup: %v, %s", err, output)
	}
}

func awaitText(t *testing.T, stream io.Reader, text string) {
	t.Helper()
	var said []byte
	chunk := make([]byte, 4096)
	for !bytes.Contains(said, []byte(text)) {
		count, err := stream.Read(chunk)
		if err != nil {
			t.Fatalf("it only said %q: %v", said, err)
		}
		said = append(said, chunk[:count]...)
	}
	go func() { _, _ = io.Copy(io.Discard, stream) }()
}

func TestOnlyRootServes(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("is root")
	}
	if _, err := program(filepath.Join(t.TempDir(), "s"), "serve").Output(); exitCode(err) != 1 {
		t.Errorf("ended with %v", err)
	}
}
