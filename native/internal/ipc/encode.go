package ipc

import (
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"strconv"
	"time"
)

// Encode writes a message of this package as JSON: the counterpart of the decoders, with the word of a union's variant first.
func Encode(message any) ([]byte, error) {
	body, err := appendValue(nil, reflect.ValueOf(message))
	if err != nil {
		return nil, fmt.Errorf("encode %T: %w", message, err)
	}
	return body, nil
}

func appendValue(body []byte, value reflect.Value) ([]byte, error) {
	switch known := value.Interface().(type) {
	case netip.Prefix:
		return strconv.AppendQuote(body, known.String()), nil
	case netip.Addr:
		return strconv.AppendQuote(body, known.String()), nil
	case net.HardwareAddr:
		if known == nil {
			return append(body, "null"...), nil
		}
		return strconv.AppendQuote(body, known.String()), nil
	case time.Time:
		return strconv.AppendQuote(body, known.UTC().Format(timeLayout)), nil
	}
	switch value.Kind() {
	case reflect.Pointer, reflect.Interface:
		if value.IsNil() {
			return append(body, "null"...), nil
		}
		return appendValue(body, value.Elem())
	case reflect.Struct:
		return appendStruct(body, value)
	case reflect.Slice:
		return appendList(body, value)
	default:
		plain, err := json.Marshal(value.Interface())
		return append(body, plain...), err
	}
}

func appendStruct(body []byte, value reflect.Value) ([]byte, error) {
	kind := value.Type()
	body = append(body, '{')
	separator := ""
	if marked, has := variants[kind]; has {
		body = fmt.Appendf(body, "%q:%q", marked.tag, marked.word)
		separator = ","
	}
	var err error
	for index := range kind.NumField() {
		field := kind.Field(index)
		item := value.Field(index)
		if field.Tag.Get("absent") == "may" && item.IsNil() {
			continue
		}
		body = fmt.Appendf(body, "%s%q:", separator, field.Tag.Get("json"))
		separator = ","
		if item.Kind() == reflect.Slice && item.IsNil() && field.Tag.Get("null") == "may" {
			body = append(body, "null"...)
			continue
		}
		if item.Kind() == reflect.Interface && item.IsNil() && field.Tag.Get("null") != "may" {
			return nil, fmt.Errorf("field %s is not set", field.Name)
		}
		if body, err = appendValue(body, item); err != nil {
			return nil, err
		}
	}
	return append(body, '}'), nil
}

func appendList(body []byte, value reflect.Value) ([]byte, error) {
	body = append(body, '[')
	var err error
	for index := range value.Len() {
		if index > 0 {
			body = append(body, ',')
		}
		if body, err = appendValue(body, value.Index(index)); err != nil {
			return nil, err
		}
	}
	return append(body, ']'), nil
}
