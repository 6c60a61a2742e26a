package relay

import "strings"

// challenge is one way in which a proxy lets us prove who we are (RFC 9110, 11.3).
type challenge struct {
	scheme     string // lower case
	parameters map[string]string
}

// parseChallenges reads all challenges of all Proxy-Authenticate fields. One field may carry several, with commas both
// between challenges and between their parameters; a name is a scheme when no "=" follows it. What is malformed is skipped:
// a proxy's sloppiness must not cost the challenges that can be read.
func parseChallenges(fields []string) []challenge {
	var found []challenge
	for _, field := range fields {
		found = append(found, parseField(field)...)
	}
	return found
}

func parseField(field string) []challenge {
	var found []challenge
	text := scanner{rest: field}
	for {
		text.skip(" \t,")
		if text.rest == "" {
			return found
		}
		name := text.token()
		if name == "" {
			text.skipToComma()
			continue
		}
		if value, isParameter := text.value(); isParameter {
			if len(found) > 0 && isClean(value) {
				current := found[len(found)-1].parameters
				if _, twice := current[strings.ToLower(name)]; !twice {
					current[strings.ToLower(name)] = value
				}
			}
			continue
		}
		found = append(found, challenge{scheme: strings.ToLower(name), parameters: map[string]string{}})
	}
}

// isClean keeps control characters of a hostile proxy out of what we send back.
func isClean(value string) bool {
	return !strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r == 0x7f })
}

// scanner walks over a field.
type scanner struct{ rest string }

func (s *scanner) skip(characters string) { s.rest = strings.TrimLeft(s.rest, characters) }

func (s *scanner) skipToComma() {
	if at := strings.IndexByte(s.rest, ','); at >= 0 {
		s.rest = s.rest[at:]
		return
	}
	s.rest = ""
}

// token takes a token (RFC 9110, 5.6.2), or rather everything up to a separator, so that a token68 is taken whole too.
func (s *scanner) token() string {
	end := strings.IndexAny(s.rest, " \t,=\"")
	if end < 0 {
		end = len(s.rest)
	}
	name := s.rest[:end]
	s.rest = s.rest[end:]
	return name
}

// value takes `= value` if that is what follows. The padding of a token68 ("QUI=") counts as an empty value.
func (s *scanner) value() (string, bool) {
	ahead := scanner{rest: strings.TrimLeft(s.rest, " \t")}
	if !strings.HasPrefix(ahead.rest, "=") {
		return "", false
	}
	ahead.rest = ahead.rest[1:]
	ahead.skip("= \t")
	s.rest = ahead.rest
	if strings.HasPrefix(s.rest, `"`) {
		return s.quoted(), true
	}
	return s.token(), true
}

// quoted takes a quoted string and returns it without quotes and escapes (RFC 9110, 5.6.4). One that never ends takes the rest.
func (s *scanner) quoted() string {
	var value strings.Builder
	for at := 1; at < len(s.rest); at++ {
		switch s.rest[at] {
		case '"':
			s.rest = s.rest[at+1:]
			return value.String()
		case '\\':
			if at++; at == len(s.rest) {
				continue
			}
		}
		value.WriteByte(s.rest[at])
	}
	s.rest = ""
	return value.String()
}

// quote writes a quoted string.
func quote(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}
