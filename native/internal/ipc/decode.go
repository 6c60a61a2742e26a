package ipc

import (
	"encoding/json"
	"fmt"
	"net"
	"net/netip"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// ContractError says that what came over a wire is not what the contract says. Where is a JSON pointer into the value. The
// value itself is never named: it may be a secret.
type ContractError struct {
	Wire, Where string
	Err         error
}

func (failure *ContractError) Error() string {
	return failure.Wire + failure.Where + ": " + failure.Err.Error()
}

func (failure *ContractError) Unwrap() error { return failure.Err }

// decodeAs checks and decodes a whole message. Strict: every field must be there (but a pointer marked `absent:"may"`), nothing
// else may be, names are taken as they are written (encoding/json would ignore case), every bound is checked. Never coerces, never fills in.
func decodeAs[Value any](wire string, body []byte) (Value, error) {
	var value Value
	tree, err := parse(body)
	if err == nil {
		err = decodeValue(tree, reflect.ValueOf(&value).Elem(), "", "")
	}
	if err == nil {
		return value, nil
	}
	var empty Value
	failure, isOurs := err.(*ContractError)
	if !isOurs {
		failure = &ContractError{Err: err}
	}
	failure.Wire = wire
	return empty, failure
}

func misfit(where, format string, values ...any) error {
	return &ContractError{Where: where, Err: fmt.Errorf(format, values...)}
}

var (
	prefixType = reflect.TypeFor[netip.Prefix]()
	addrType   = reflect.TypeFor[netip.Addr]()
	macType    = reflect.TypeFor[net.HardwareAddr]()
	timeType   = reflect.TypeFor[time.Time]()
)

func decodeValue(tree any, into reflect.Value, where string, tag reflect.StructTag) error {
	if tree == nil && tag.Get("null") == "may" {
		return nil
	}
	switch into.Type() {
	case prefixType, addrType, macType, timeType:
		return decodeScalar(tree, into, where)
	}
	switch into.Kind() {
	case reflect.Interface:
		return decodeChoice(tree, into, where)
	case reflect.Struct:
		return decodeStruct(tree, into, where)
	case reflect.Pointer:
		if tree == nil {
			return nil
		}
		into.Set(reflect.New(into.Type().Elem()))
		return decodeValue(tree, into.Elem(), where, tag)
	case reflect.Slice:
		return decodeList(tree, into, where, tag)
	case reflect.String:
		return decodeText(tree, into, where, tag.Get("is"))
	case reflect.Bool:
		flag, isBool := tree.(bool)
		if !isBool {
			return misfit(where, "must be true or false")
		}
		into.SetBool(flag)
		return nil
	default:
		return decodeInteger(tree, into, where, tag.Get("is"))
	}
}

func decodeChoice(tree any, into reflect.Value, where string) error {
	object, isObject := tree.(map[string]any)
	if !isObject {
		return misfit(where, "must be an object")
	}
	options := choices[into.Type()]
	word, _ := object[options.tag].(string)
	concrete, known := options.variants[word]
	if !known {
		return misfit(where+"/"+options.tag, "is none of the known words")
	}
	chosen := reflect.New(concrete).Elem()
	if err := decodeStruct(tree, chosen, where); err != nil {
		return err
	}
	into.Set(chosen)
	return nil
}

func decodeStruct(tree any, into reflect.Value, where string) error {
	object, isObject := tree.(map[string]any)
	if !isObject {
		return misfit(where, "must be an object")
	}
	kind := into.Type()
	seen := 0
	if marked, has := variants[kind]; has {
		if word, isText := object[marked.tag].(string); !isText || word != marked.word {
			return misfit(where+"/"+marked.tag, "must be %q", marked.word)
		}
		seen++
	}
	for index := range kind.NumField() {
		field := kind.Field(index)
		name := field.Tag.Get("json")
		target := into.Field(index)
		item, present := object[name]
		optional := field.Tag.Get("absent") == "may"
		if !present && optional {
			continue
		}
		if !present {
			return misfit(where+"/"+name, "is missing")
		}
		seen++
		if optional {
			target.Set(reflect.New(target.Type().Elem()))
			target = target.Elem()
		}
		if err := decodeValue(item, target, where+"/"+name, field.Tag); err != nil {
			return err
		}
	}
	if seen != len(object) {
		return misfit(where, "has fields that nobody knows")
	}
	return nil
}

func decodeList(tree any, into reflect.Value, where string, tag reflect.StructTag) error {
	list, isList := tree.([]any)
	if !isList {
		return misfit(where, "must be a list")
	}
	low, high := bounds(tag.Get("items"))
	if length := int64(len(list)); length < low || length > high {
		return misfit(where, "has %d items, must have %d to %d", length, low, high)
	}
	items := reflect.MakeSlice(into.Type(), len(list), len(list))
	for index, item := range list {
		if err := decodeValue(item, items.Index(index), where+"/"+strconv.Itoa(index), tag); err != nil {
			return err
		}
	}
	into.Set(items)
	return nil
}

func decodeText(tree any, into reflect.Value, where, rule string) error {
	text, isText := tree.(string)
	if !isText {
		return misfit(where, "must be a text")
	}
	if list, isWord := wordLists[into.Type()]; isWord {
		if !list[text] {
			return misfit(where, "is none of the known words")
		}
	} else if err := checkText(rule, text); err != nil {
		return misfit(where, "%w", err)
	}
	into.SetString(text)
	return nil
}

func decodeInteger(tree any, into reflect.Value, where, rule string) error {
	number, isNumber := tree.(json.Number)
	if !isNumber {
		return misfit(where, "must be a number")
	}
	low, high := bounds(rule)
	value, err := strconv.ParseInt(number.String(), 10, 64)
	if err != nil || value < low || value > high {
		return misfit(where, "must be an integer from %d to %d", low, high)
	}
	if into.CanUint() {
		into.SetUint(uint64(value))
	} else {
		into.SetInt(value)
	}
	return nil
}

func decodeScalar(tree any, into reflect.Value, where string) error {
	text, _ := tree.(string)
	var value any
	var err error
	switch {
	case into.Type() == prefixType && cidrPattern.MatchString(text):
		value, err = netip.ParsePrefix(text)
	case into.Type() == addrType && ipv4Pattern.MatchString(text):
		value, err = netip.ParseAddr(text)
	case into.Type() == macType && macPattern.MatchString(text):
		value, err = net.ParseMAC(text)
	case into.Type() == timeType && timePattern.MatchString(text):
		value, err = time.Parse(timeLayout, text)
	default:
		return misfit(where, "is no %s", strings.ToLower(into.Type().Name()))
	}
	if err != nil {
		return misfit(where, "%w", err)
	}
	into.Set(reflect.ValueOf(value))
	return nil
}
