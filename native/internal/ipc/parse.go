package ipc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// No message nests deeper; a hostile one must not grow our stack.
const maxDepth = 12

var (
	errTrailing = errors.New("something follows the value")
	errDepth    = errors.New("is nested too deeply")
	errUTF8     = errors.New("is no UTF-8")
)

// parse turns JSON into nil, bool, json.Number, string, []any or map[string]any. Unlike encoding/json it takes no field
// twice: of two readers of one message, each could believe another of the two.
func parse(body []byte) (any, error) {
	if !utf8.Valid(body) {
		return nil, errUTF8
	}
	tokens := json.NewDecoder(bytes.NewReader(body))
	tokens.UseNumber()
	value, err := parseValue(tokens, 0)
	if err != nil {
		return nil, fmt.Errorf("parse JSON: %w", err)
	}
	if _, err := tokens.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("parse JSON: %w", errTrailing)
	}
	return value, nil
}

func parseValue(tokens *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, errDepth
	}
	token, err := tokens.Token()
	if err != nil {
		return nil, unexpected(err)
	}
	switch token {
	case json.Delim('{'):
		return parseObject(tokens, depth)
	case json.Delim('['):
		list := []any{}
		for tokens.More() {
			item, err := parseValue(tokens, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		_, err := tokens.Token()
		return list, unexpected(err)
	}
	return token, nil
}

func parseObject(tokens *json.Decoder, depth int) (any, error) {
	object := map[string]any{}
	for tokens.More() {
		token, err := tokens.Token()
		if err != nil {
			return nil, unexpected(err)
		}
		name, _ := token.(string)
		if _, twice := object[name]; twice {
			return nil, fmt.Errorf("field %q stands twice", Shorten(name, 64))
		}
		if object[name], err = parseValue(tokens, depth+1); err != nil {
			return nil, err
		}
	}
	_, err := tokens.Token()
	return object, unexpected(err)
}

func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
