package ipc

import "reflect"

// variant is how a concrete type is marked in JSON: the field `tag` holds `word`.
type variant struct{ tag, word string }

// choice is a discriminated union: the field `tag` names the concrete type.
type choice struct {
	tag      string
	variants map[string]reflect.Type
}

var (
	variants  = map[reflect.Type]variant{}
	choices   = map[reflect.Type]choice{}
	wordLists = map[reflect.Type]map[string]bool{}
)

// union registers an interface type as a discriminated union of closed types. Each concrete type is in one union only.
func union[Interface any](tag string, members map[string]Interface) bool {
	types := make(map[string]reflect.Type, len(members))
	for word, member := range members {
		concrete := reflect.TypeOf(member)
		types[word] = concrete
		variants[concrete] = variant{tag, word}
	}
	choices[reflect.TypeFor[Interface]()] = choice{tag, types}
	return true
}

// literal registers a closed type that always carries the same word.
func literal[Concrete any](tag, word string) bool {
	concrete := reflect.TypeFor[Concrete]()
	variants[concrete] = variant{tag, word}
	return true
}

// words registers a closed list of words.
func words[Word ~string](list ...Word) bool {
	known := make(map[string]bool, len(list))
	for _, word := range list {
		known[string(word)] = true
	}
	wordLists[reflect.TypeFor[Word]()] = known
	return true
}
