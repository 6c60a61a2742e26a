package openvpn

import (
	"bufio"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"anslut/native/internal/child"
	"anslut/native/internal/ipc"
	"anslut/native/internal/journal"
	"anslut/native/internal/network"
)

// Launch is where and as whom OpenVPN runs.
type Launch struct {
	Executable string
	// Directory is the run directory: root's, only to be entered by the VPN user's group.
	Directory string
	User      child.User
	Adapter   string
	Kind      network.Kind
	// Log gets OpenVPN's own lines.
	Log func(level ipc.Level, text string)
	// Secret tells the log what it must never show.
	Secret func(text string)
}

// Process is a running OpenVPN.
type Process struct {
	child    *child.Child
	launch   Launch
	listener *net.UnixListener
	release  chan int
	events   chan Event
	material Material
	verdict  verdict
}

// eventRoom is how many events may wait; Connected and Ended never get lost, byte counts may.
const eventRoom = 16

// Start makes the management socket, starts OpenVPN and returns at once. It waits for its configuration, which comes with Release.
func Start(launch Launch, material Material) (*Process, error) {
	if _, err := os.Stat(launch.Executable); err != nil {
		return nil, ipc.Fail(ipc.CauseOpenvpnMissing, fmt.Errorf("look for OpenVPN: %w", err))
	}
	process := &Process{launch: launch, material: material, release: make(chan int, 1), events: make(chan Event, eventRoom)}
	at, password, err := process.prepare()
	if err != nil {
		return nil, ipc.Fail(ipc.CauseInternal, errors.Join(err, process.tidy()))
	}
	process.child, err = child.Start(launch.User, launch.Executable, "--config", "stdin")
	if err != nil {
		return nil, ipc.Fail(ipc.CauseOpenvpnDied, errors.Join(err, process.tidy()))
	}
	go process.configure(at)
	go process.follow(password)
	return process, nil
}

// configure writes the configuration as soon as the relay's port is known; the program is loaded by then.
func (process *Process) configure(at place) {
	select {
	case at.port = <-process.release:
		// It fails only when the child is gone, which is noticed elsewhere.
		_, _ = process.child.Stdin.Write([]byte(render(process.material, at)))
		process.child.Stdin.Close()
	case <-process.child.Done():
	}
}

// prepare makes the run directory, the password file and the socket. The directory is root's: the VPN user may enter it and
// make nothing in it, so a captured relay or OpenVPN has nothing to lay traps with.
func (process *Process) prepare() (place, string, error) {
	directory, user := process.launch.Directory, process.launch.User
	if err := os.MkdirAll(directory, 0o710); err != nil {
		return place{}, "", fmt.Errorf("make the run directory: %w", err)
	}
	if err := errors.Join(os.Lchown(directory, 0, int(user.GID)), os.Chmod(directory, 0o710)); err != nil {
		return place{}, "", fmt.Errorf("give the run directory its owner: %w", err)
	}
	at := place{
		adapter: process.launch.Adapter, kind: process.launch.Kind,
		socket: filepath.Join(directory, "management"), passwordFile: filepath.Join(directory, "password"),
	}
	if err := process.tidy(); err != nil {
		return place{}, "", err
	}
	secret := make([]byte, 24)
	if _, err := rand.Read(secret); err != nil {
		return place{}, "", fmt.Errorf("draw a management password: %w", err)
	}
	password := hex.EncodeToString(secret)
	process.launch.Secret(password)
	if err := writeFor(user, at.passwordFile, password+"\n"); err != nil {
		return place{}, "", err
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: at.socket, Net: "unix"})
	if err != nil {
		return place{}, "", fmt.Errorf("listen for OpenVPN's management: %w", err)
	}
	process.listener = listener
	if err := errors.Join(os.Chmod(at.socket, 0o600), os.Lchown(at.socket, int(user.UID), int(user.GID))); err != nil {
		return place{}, "", fmt.Errorf("give the management socket its owner: %w", err)
	}
	return at, password, nil
}

func writeFor(user child.User, path, text string) error {
	stream, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o400)
	if err != nil {
		return fmt.Errorf("make %s: %w", path, err)
	}
	_, err = stream.WriteString(text)
	if err = errors.Join(err, stream.Chown(int(user.UID), int(user.GID)), stream.Close()); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// tidy removes what prepare made.
func (process *Process) tidy() error {
	if process.listener != nil {
		process.listener.Close()
	}
	var failures error
	for _, name := range []string{"management", "password"} {
		if err := os.Remove(filepath.Join(process.launch.Directory, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failures = errors.Join(failures, err)
		}
	}
	return failures
}

// Entry describes the process for the journal.
func (process *Process) Entry() journal.Child { return process.child.Entry }

// Release tells it the relay's loopback port, whereupon it dials. It may be called once.
func (process *Process) Release(port int) { process.release <- port }

// Events gives what happens; the last one is Ended, then the channel is closed.
func (process *Process) Events() <-chan Event { return process.events }

// Stop ends the process and waits until it is gone. TCP tells the server; nothing else needs a goodbye.
func (process *Process) Stop() { process.child.Kill() }

// follow is the life of the process.
func (process *Process) follow(password string) {
	go func() {
		// A child that ends before it has dialled us must not leave us waiting for it.
		<-process.child.Done()
		process.listener.Close()
	}()
	early := make(chan string, 1)
	go process.drain(early)
	heard, err := process.converse(password)
	if err != nil && process.verdict.reason == "" {
		process.launch.Log(ipc.LevelDebug, "management: "+err.Error())
	}
	process.child.Kill()
	if last := <-early; !heard {
		process.verdict.last = last
	}
	if err := process.tidy(); err != nil {
		process.launch.Log(ipc.LevelWarn, "tidy up after OpenVPN: "+err.Error())
	}
	process.events <- Ended{process.verdict.failure(process.child.Err())}
	close(process.events)
}

// drain reads what OpenVPN says outside the management interface: all there is when it cannot even begin. It gives the last line.
func (process *Process) drain(last chan<- string) {
	said := ""
	lines := bufio.NewScanner(process.child.Stdout)
	for lines.Scan() {
		said = lines.Text()
	}
	process.child.Stdout.Close()
	last <- said
}

// converse talks to OpenVPN until it ends or must be ended. It gives false when there was no word with it.
func (process *Process) converse(password string) (heard bool, err error) {
	connection, err := process.accept()
	if err != nil {
		return false, err
	}
	defer connection.Close()
	talk := newManagement(connection)
	if err := talk.open(password); err != nil {
		return false, err
	}
	return true, process.attend(talk)
}

func (process *Process) attend(talk *management) error {
	for {
		text, err := talk.readLine()
		if err != nil {
			return err
		}
		heard := parseLine(text)
		if process.verdict.hear(heard) {
			return nil
		}
		if err := process.answer(talk, heard); err != nil {
			return err
		}
	}
}

// accept takes the connection of the very child: its uid also runs the relay.
func (process *Process) accept() (*net.UnixConn, error) {
	for {
		connection, err := process.listener.AcceptUnix()
		if err != nil {
			return nil, fmt.Errorf("wait for OpenVPN's management: %w", err)
		}
		peer, err := ipc.PeerOf(connection)
		if err == nil && peer.PID == process.child.PID() {
			return connection, nil
		}
		connection.Close()
		process.launch.Log(ipc.LevelWarn, fmt.Sprintf("process %d tried to be OpenVPN: %v", peer.PID, err))
	}
}

func (process *Process) answer(talk *management, heard line) error {
	switch heard.kind {
	case held:
		return talk.hold()
	case passwordNeeded:
		// Also at each renegotiation: the live tunnel is judged there, with the same one-time password.
		credentials := process.material.credentials
		return talk.say(`username "Auth" `+quote(credentials.Username), `password "Auth" `+quote(credentials.Password))
	case stateChanged:
		if heard.state == "CONNECTED" {
			process.events <- Connected{Local: heard.local}
		}
	case counted:
		select {
		case process.events <- Traffic{Received: heard.received, Sent: heard.sent}:
		default: // nobody listens; the next count says more
		}
	case logged:
		process.log(heard)
	case commandFailed, fatal:
		process.launch.Log(ipc.LevelError, "OpenVPN: "+heard.text)
	}
	return nil
}

// log passes OpenVPN's line on, without the echo of our own commands.
func (process *Process) log(heard line) {
	level := ipc.LevelInfo
	for flag, weight := range map[string]ipc.Level{"D": ipc.LevelDebug, "W": ipc.LevelWarn, "N": ipc.LevelWarn, "F": ipc.LevelError} {
		if heard.flags == flag {
			level = weight
		}
	}
	if level != ipc.LevelDebug {
		process.launch.Log(level, "OpenVPN: "+heard.text)
	}
}

// Version asks the program for its version, e.g. "OpenVPN 2.6.14".
func Version(executable string, as child.User) (string, error) {
	asked, err := child.Start(as, executable, "--version")
	if err != nil {
		return "", err
	}
	defer asked.Kill()
	lines := bufio.NewScanner(asked.Stdout)
	if !lines.Scan() {
		return "", fmt.Errorf("ask %s for its version: %w", executable, unix.ENODATA)
	}
	var name, number string
	if _, err := fmt.Sscan(lines.Text(), &name, &number); err != nil {
		return "", fmt.Errorf("ask %s for its version: %w", executable, err)
	}
	return ipc.Shorten(name+" "+number, 100), nil
}
