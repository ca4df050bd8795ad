package transform

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// maxEntries is how many keys processors change that move and make keys.
const maxEntries = 5

// addKeys makes members.
func addKeys(p *types.AddKeys) (step, error) {
	if err := checkCount("entries", len(p.Entries), maxEntries); err != nil {
		return nil, err
	}
	var keys []path
	for _, e := range p.Entries {
		key, err := pathOf("key", e.Key)
		if err != nil {
			return nil, err
		}
		if err := checkText("value", aws.ToString(e.Value), 2*maxText); err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return func(e *event) error {
		for i, key := range keys {
			e.root.put(key, textOf(aws.ToString(p.Entries[i].Value)), p.Entries[i].OverwriteIfExists)
		}
		return nil
	}, nil
}

// A move is from where to where something goes.
type move struct {
	from, to  path
	overwrite bool
}

// copyValue copies members, and what is known of the event.
func copyValue(p *types.CopyValue) (step, error) {
	moves, err := movesOf(p.Entries, func(e types.CopyValueEntry) (move, error) {
		return newMove("source", e.Source, "target", e.Target, e.OverwriteIfExists)
	})
	return func(e *event) error {
		for _, m := range moves {
			if v, ok := e.known(m.from); ok {
				e.root.put(m.to, copied(v), m.overwrite)
			}
		}
		return nil
	}, err
}

// movesOf returns the moves of a processor's entries.
func movesOf[E any](entries []E, of func(E) (move, error)) ([]move, error) {
	var moves []move
	for _, e := range entries {
		m, err := of(e)
		if err != nil {
			return nil, err
		}
		moves = append(moves, m)
	}
	return moves, checkCount("entries", len(entries), maxEntries)
}

func newMove(fromName string, from *string, toName string, to *string, overwrite bool) (m move, err error) {
	if m.from, err = pathOf(fromName, from); err != nil {
		return m, err
	}
	m.to, err = pathOf(toName, to)
	m.overwrite = overwrite
	return m, err
}

// known returns what is at p, or what is known of the event under that name.
func (e *event) known(p path) (value, bool) {
	switch p.keys[0] {
	case "@logGroupName":
		return textOf(e.source.Group), true
	case "@logGroupStream", "@logStreamName":
		return textOf(e.source.Stream), true
	case "@accountId":
		return textOf(e.source.Account), true
	case "@regionName":
		return textOf(e.source.Region), true
	case wholeSource:
		return textOf(e.message), true
	}
	return e.root.find(p)
}

// deleteKeys removes members.
func deleteKeys(p *types.DeleteKeys) (step, error) {
	keys, err := pathsOf("withKeys", p.WithKeys, maxEntries)
	return func(e *event) error {
		for _, key := range keys {
			e.root.drop(key)
		}
		return nil
	}, err
}

// moveKeys moves members: into an object where there is one at the target.
func moveKeys(p *types.MoveKeys) (step, error) {
	moves, err := movesOf(p.Entries, func(e types.MoveKeyEntry) (move, error) {
		return newMove("source", e.Source, "target", e.Target, e.OverwriteIfExists)
	})
	return func(e *event) error {
		for _, m := range moves {
			to := m.to
			if target, _ := e.root.find(to); target.kind == object {
				to = to.with(m.from.last())
			}
			e.move(m.from, to, m.overwrite)
		}
		return nil
	}, err
}

// move moves a member, unless there is one already that is not to be overwritten.
func (e *event) move(from, to path, overwrite bool) {
	v, ok := e.root.find(from)
	if _, taken := e.root.find(to); !ok || taken && !overwrite || slices.Equal(from.keys, to.keys) {
		return
	}
	if len(to.keys) > len(from.keys) && slices.Equal(to.keys[:len(from.keys)], from.keys) {
		return // into itself
	}
	e.root.drop(from)
	e.root.put(to, v, true)
}

// renameKeys gives members other names.
func renameKeys(p *types.RenameKeys) (step, error) {
	moves, err := movesOf(p.Entries, func(e types.RenameKeyEntry) (move, error) {
		return newMove("key", e.Key, "renameTo", e.RenameTo, e.OverwriteIfExists)
	})
	return func(e *event) error {
		for _, m := range moves {
			e.move(m.from, m.to, m.overwrite)
		}
		return nil
	}, err
}

// listToMap makes members of the objects in a list.
func listToMap(p *types.ListToMap) (step, error) {
	source, err := pathOf("source", p.Source)
	if err != nil {
		return nil, err
	}
	target, err := destinationOf(p.Target)
	if err != nil {
		return nil, err
	}
	key, kept := aws.ToString(p.Key), aws.ToString(p.ValueKey)
	switch {
	case key == "":
		return nil, fmt.Errorf("key is missing")
	case p.Flatten && p.FlattenedElement != types.FlattenedElementFirst && p.FlattenedElement != types.FlattenedElementLast:
		return nil, fmt.Errorf("flattenedElement is %q, want first or last", p.FlattenedElement)
	}
	return func(e *event) error {
		items, _ := e.root.find(source)
		if items.kind != list {
			return nil
		}
		found := &node{}
		for _, item := range items.node.members {
			o := item.value.object()
			if o == nil {
				continue
			}
			if name, _ := o.get(key); name.isScalar() {
				collect(found, name.text, item.value, kept)
			}
		}
		if p.Flatten {
			flatten(found, p.FlattenedElement)
		}
		if target.isRoot() {
			e.place(target, found)
			return nil
		}
		for _, m := range found.members {
			e.root.put(target.with(m.key), m.value, true)
		}
		return nil
	}, nil
}

// collect adds an object of a list, or one value of it, to the list under a name.
func collect(to *node, name string, v value, kept string) {
	if kept != "" {
		var ok bool
		if v, ok = v.node.get(kept); !ok {
			return
		}
	}
	all, ok := to.get(name)
	if !ok {
		all = nodeOf(list, &node{})
		to.set(name, all)
	}
	all.node.add(copied(v))
}

// flatten puts one element in the place of each list.
func flatten(o *node, which types.FlattenedElement) {
	for i, m := range o.members {
		items := m.value.node.members
		if o.members[i].value = items[0].value; which == types.FlattenedElementLast {
			o.members[i].value = items[len(items)-1].value
		}
	}
}
