package ipc

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// textRule is what a string of one kind must satisfy (contract/values.ts). Lengths count code points, as TypeBox does.
type textRule struct {
	min, max int
	pattern  *regexp.Regexp
}

var textRules = map[string]textRule{
	"host":       {1, 253, regexp.MustCompile(`\A([0-9A-Za-z]([0-9A-Za-z.:_-]*[0-9A-Za-z])?|[0-9A-Fa-f:]*::([0-9A-Fa-f:.]*[0-9A-Fa-f:])?)\z`)},
	"id":         {1, 64, regexp.MustCompile(`\A[0-9A-Za-z_-]{1,64}\z`)},
	"sha256":     {64, 64, regexp.MustCompile(`\A[0-9a-f]{64}\z`)},
	"serverName": {1, 253, regexp.MustCompile(`\A(\*\.)?[0-9A-Za-z.-]+\z`)},
	"pem":        {1, 16_384, nil},
	"secret":     {1, 1024, nil},
	"source":     {1, 2000, nil},
	"detail":     {0, 2000, nil},
}

var (
	octet       = `(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])`
	ipv4Pattern = regexp.MustCompile(`\A` + octet + `(\.` + octet + `){3}\z`)
	cidrPattern = regexp.MustCompile(`\A` + octet + `(\.` + octet + `){3}/(3[0-2]|[12]?[0-9])\z`)
	macPattern  = regexp.MustCompile(`\A[0-9a-f]{2}(:[0-9a-f]{2}){5}\z`)
	timePattern = regexp.MustCompile(`\A\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z\z`)
	// timeLayout is what Date.prototype.toISOString writes.
	timeLayout = "2006-01-02T15:04:05.000Z"
)

// checkText checks a string against a rule's name, `text=N` being any text of at most N code points.
func checkText(rule, text string) error {
	bounds, known := textRules[rule]
	if limit, isText := strings.CutPrefix(rule, "text="); isText {
		bounds.max, _ = strconv.Atoi(limit)
	} else if !known {
		return fmt.Errorf("has no rule %q", rule)
	}
	if length := utf8.RuneCountInString(text); length < bounds.min || length > bounds.max {
		return fmt.Errorf("is %d characters long, must be %d to %d", length, bounds.min, bounds.max)
	}
	if bounds.pattern != nil && !bounds.pattern.MatchString(text) {
		return fmt.Errorf("does not match %s", bounds.pattern)
	}
	return nil
}

// bounds gives the smallest and largest integer of a rule: `port`, `int` or `low-high`, high may be left out.
// JSON numbers are exact up to 2^53 only, so nothing goes beyond.
func bounds(rule string) (low, high int64) {
	const exact = 1<<53 - 1
	switch rule {
	case "port":
		return 1, 65535
	case "", "int":
		return -exact, exact
	}
	first, last, _ := strings.Cut(rule, "-")
	low, _ = strconv.ParseInt(first, 10, 64)
	high = exact
	if last != "" {
		high, _ = strconv.ParseInt(last, 10, 64)
	}
	return low, high
}

// Shorten cuts a text to at most `limit` code points, so that it fits the wire.
func Shorten(text string, limit int) string {
	text = strings.ToValidUTF8(text, "�")
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit])
}
