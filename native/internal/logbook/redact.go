// Package logbook keeps the newest lines of what the helper did, without anything secret, and hands them to whoever may see them.
package logbook

import (
	"regexp"
	"strings"
)

// hidden stands where a secret stood.
const hidden = "•••"

var (
	pemBlock = regexp.MustCompile(`(?s)-----BEGIN ([^-]+)-----.*?(-----END [^-]+-----|\z)`)
	// longCode is what keys and tokens look like outside a PEM block: long runs of base64 or hex.
	longCode = regexp.MustCompile(`[0-9A-Za-z+/_-]{40,}={0,2}`)
	// commanded is a password in a management command, behind the name of what it is for.
	commanded = regexp.MustCompile(`(?i)\b(password\s+"[^"]*"\s+)("(?:[^"\\]|\\.)*"|\S+)`)
	// authorized is a header whose value has words of its own.
	authorized = regexp.MustCompile(`(?i)\b(authorization\s*:).*`)
	// answered is how secrets stand in commands and settings.
	answered = regexp.MustCompile(`(?i)\b(password|passwd|secret|token)(["' ]*[:= ]["' ]*)("(?:[^"\\]|\\.)*"|[^\s,;"']+)`)
)

// shortestSecret: what is shorter would hide half of every line.
const shortestSecret = 4

// Redact takes out of a text whatever is, or looks like, a secret. Known secrets are taken out first, as they are and as they
// stand inside quotes.
func Redact(text string, secrets []string) string {
	for _, secret := range secrets {
		if len(secret) < shortestSecret {
			continue
		}
		text = strings.ReplaceAll(text, secret, hidden)
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(secret)
		text = strings.ReplaceAll(text, quoted, hidden)
	}
	text = pemBlock.ReplaceAllString(text, "[$1 "+hidden+"]")
	text = commanded.ReplaceAllString(text, "${1}"+hidden)
	text = authorized.ReplaceAllString(text, "${1} "+hidden)
	text = answered.ReplaceAllString(text, "${1}${2}"+hidden)
	return longCode.ReplaceAllString(text, hidden)
}
