package openvpn

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxLine bounds a line of the management interface; OpenVPN's own buffers are far smaller.
const maxLine = 16 << 10

// trafficSeconds is the pause between two byte counts.
const trafficSeconds = 2

const (
	greeting = "ENTER PASSWORD:"
	welcome  = "SUCCESS: password is correct"
)

var errGreeting = errors.New("this is no OpenVPN management interface")

// management talks to one OpenVPN.
type management struct {
	stream   io.ReadWriter
	lines    *bufio.Reader
	released bool
}

func newManagement(stream io.ReadWriter) *management {
	return &management{stream: stream, lines: bufio.NewReaderSize(stream, maxLine)}
}

// open answers the greeting. No command may go out before the password is accepted: it would be taken for the password.
func (talk *management) open(password string) error {
	prompt := make([]byte, len(greeting))
	if _, err := io.ReadFull(talk.lines, prompt); err != nil {
		return fmt.Errorf("read the management greeting: %w", err)
	}
	if string(prompt) != greeting {
		return errGreeting
	}
	if err := talk.say(password); err != nil {
		return err
	}
	answer, err := talk.readLine()
	if err != nil {
		return err
	}
	if answer != welcome {
		return fmt.Errorf("%w: %q", errGreeting, answer)
	}
	return talk.say("state on", "log on all", fmt.Sprintf("bytecount %d", trafficSeconds))
}

// readLine gives the next line without its break.
func (talk *management) readLine() (string, error) {
	text, err := talk.lines.ReadSlice('\n')
	if err != nil {
		return "", fmt.Errorf("read a management line: %w", err)
	}
	return strings.TrimRight(string(text), "\r\n"), nil
}

// say writes commands.
func (talk *management) say(commands ...string) error {
	if _, err := io.WriteString(talk.stream, strings.Join(commands, "\n")+"\n"); err != nil {
		return fmt.Errorf("write a management command: %w", err)
	}
	return nil
}

// hold lets OpenVPN dial, the first time only: a second hold means that it wants to start anew, which it must not.
func (talk *management) hold() error {
	if talk.released {
		return nil
	}
	talk.released = true
	return talk.say("hold release")
}
