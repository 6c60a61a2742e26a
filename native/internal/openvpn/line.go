package openvpn

import (
	"net/netip"
	"strconv"
	"strings"
)

// line is one line of the management interface, understood (OpenVPN, doc/management-notes.txt).
type line struct {
	kind lineKind
	// text is the reason, message or state's detail.
	text string
	// state is the name of a state.
	state string
	// local is the tunnel's own address that a state names.
	local netip.Addr
	// flags of a log line.
	flags          string
	received, sent uint64
}

type lineKind int

const (
	other lineKind = iota
	held
	stateChanged
	counted
	passwordNeeded
	passwordRefused
	fatal
	halted
	restarted
	logged
	commandFailed
)

// parseLine understands one line without its line break. What it does not know is other: a newer OpenVPN may say more.
func parseLine(text string) line {
	if rest, isError := strings.CutPrefix(text, "ERROR:"); isError {
		return line{kind: commandFailed, text: strings.TrimSpace(rest)}
	}
	word, rest, isNotice := strings.Cut(text, ":")
	if !isNotice || !strings.HasPrefix(word, ">") {
		return line{text: text}
	}
	switch word {
	case ">HOLD":
		return line{kind: held}
	case ">FATAL":
		return line{kind: fatal, text: rest}
	case ">STATE":
		return parseState(rest)
	case ">BYTECOUNT":
		return parseCount(rest)
	case ">PASSWORD":
		return parsePassword(rest)
	case ">NOTIFY":
		return parseNotify(rest)
	case ">LOG":
		return parseLog(rest)
	}
	return line{text: text}
}

// parseState reads time,name,detail,local address,remote address,…; the rest is not needed.
func parseState(rest string) line {
	fields := strings.SplitN(rest, ",", 5)
	if len(fields) < 3 {
		return line{text: rest}
	}
	parsed := line{kind: stateChanged, state: fields[1], text: fields[2]}
	if len(fields) > 3 {
		if local, err := netip.ParseAddr(fields[3]); err == nil {
			parsed.local = local
		}
	}
	return parsed
}

func parseCount(rest string) line {
	in, out, _ := strings.Cut(rest, ",")
	received, err := strconv.ParseUint(in, 10, 53)
	if err != nil {
		return line{text: rest}
	}
	sent, err := strconv.ParseUint(out, 10, 53)
	if err != nil {
		return line{text: rest}
	}
	return line{kind: counted, received: received, sent: sent}
}

func parsePassword(rest string) line {
	switch {
	case strings.HasPrefix(rest, "Need 'Auth'"):
		return line{kind: passwordNeeded}
	case strings.HasPrefix(rest, "Verification Failed"):
		return line{kind: passwordRefused, text: strings.TrimPrefix(rest, "Verification Failed: ")}
	}
	return line{text: rest}
}

// parseNotify reads severity,kind,text.
func parseNotify(rest string) line {
	fields := strings.SplitN(rest, ",", 3)
	if len(fields) < 2 {
		return line{text: rest}
	}
	text := ""
	if len(fields) == 3 {
		text = fields[2]
	}
	switch fields[1] {
	case "server-pushed-halt":
		return line{kind: halted, text: text}
	case "server-pushed-connection-reset":
		return line{kind: restarted, text: text}
	}
	return line{text: rest}
}

// parseLog reads time,flags,text.
func parseLog(rest string) line {
	fields := strings.SplitN(rest, ",", 3)
	if len(fields) < 3 {
		return line{text: rest}
	}
	return line{kind: logged, flags: fields[1], text: fields[2]}
}

// quote writes a text as an argument of a management command. The caller has made sure that it holds no control characters.
func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}
