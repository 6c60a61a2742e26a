// Wire holds the lab's programs that need what Node cannot do: TAP devices, pidfds, the original destination of a
// redirected connection; and the machines' PLC and HMI, which stand in network namespaces of their own and
// should each cost a few megabytes, not a Node process.
package main

import (
	"fmt"
	"os"
)

var commands = map[string]func(args []string) error{
	"guard":   guard,
	"await":   await,
	"line":    line,
	"tlsgate": tlsGate,
	"plc":     plc,
	"hmi":     hmi,
	"totp":    totp,
}

func main() {
	if len(os.Args) < 2 || commands[os.Args[1]] == nil {
		fmt.Fprintln(os.Stderr, "usage: wire guard|await|line|tlsgate|plc|hmi|totp …")
		os.Exit(2)
	}
	if err := commands[os.Args[1]](os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "wire %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
}
