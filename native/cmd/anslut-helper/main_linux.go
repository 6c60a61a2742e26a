// Command anslut-helper is the only privileged code on a laptop: it dials, sets and undoes one tunnel at a time. Its other verbs
// are unprivileged: `connect --stdio` reaches the service for programs that cannot check who answers, `relay` opens connections.
package main

import (
	"fmt"
	"os"

	"anslut/native/internal/host"
	"anslut/native/internal/ipc"
	"anslut/native/internal/relay"
	"anslut/native/internal/service"
)

// version is set by the build (-ldflags "-X main.version=…").
var version = "0.1.0"

const usage = `anslut-helper, the privileged part of Anslut

  serve            run the service (root); systemd does, or you by hand
  connect --stdio  speak with the service over stdin and stdout, in frames
  relay            open connections to the outside, driven over stdin and stdout
  --cleanup        undo whatever is left of a tunnel (root; the service must not run)
  version          say the version
`

// exitRefused is how connect ends when no helper can be reached or trusted.
const exitRefused = 3

func main() { os.Exit(run(os.Args[1:])) }

func run(arguments []string) int {
	switch {
	case is(arguments, "serve"):
		return report(serve(host.Installed))
	case is(arguments, "connect", "--stdio"):
		return connect(host.Installed.Socket)
	case is(arguments, "relay"):
		return relay.Main(os.Stdin, os.Stdout)
	case is(arguments, "--cleanup"):
		return report(cleanup(host.Installed))
	case is(arguments, "version"):
		fmt.Println("anslut-helper", version)
		return 0
	}
	fmt.Fprint(os.Stderr, usage)
	return 2
}

func is(arguments []string, words ...string) bool {
	if len(arguments) != len(words) {
		return false
	}
	for index, word := range words {
		if arguments[index] != word {
			return false
		}
	}
	return true
}

func report(err error) int {
	if err != nil {
		fmt.Fprintln(os.Stderr, "anslut-helper:", err)
		return 1
	}
	return 0
}

// connect hands frames through. When no helper can be reached or trusted, the caller reads one refusal with id 0.
func connect(socketPath string) int {
	socket, failure := service.Dial(socketPath)
	if failure != nil {
		_ = ipc.WriteFrame(os.Stdout, ipc.Refusal{Cause: failure.Cause, Detail: ipc.Shorten(failure.Detail, 2000)})
		return exitRefused
	}
	service.Pass(socket, os.Stdin, os.Stdout)
	return 0
}
