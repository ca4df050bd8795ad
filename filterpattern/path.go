package filterpattern

// A path is a place in a JSON event that selectors lead to or through. The paths of a pattern form
// a tree whose root is the event: one walk over the event serves all conditions.
type path struct {
	conds []int // the conditions on the value here
	under set   // the conditions on the value here and on those inside it

	key     needle // of a member: the key in quotes, to look for it in a text
	plain   bool   // the key can only be disguised by \u escapes
	index   int    // of an element
	keys    []*path
	indexes []*path
	anyKey  *path  // each member
	anyElem *path  // each element
	objects bool   // selectors lead on into an object
	arrays  bool   // selectors lead on into an array
	lengths uint64 // bit n: one of keys has n, n+64, … bytes
}

// add puts condition number cond at the end of the selector.
func (p *path) add(sel selector, cond int) {
	p.under.add(cond)
	if len(sel) == 0 {
		p.conds = append(p.conds, cond)
		return
	}
	inObject := sel[0].kind == keyStep || sel[0].kind == anyKey
	p.objects, p.arrays = p.objects || inObject, p.arrays || !inObject
	p.child(sel[0]).add(sel[1:], cond)
}

// child returns the path that st leads to, a new one if there was none.
func (p *path) child(st step) *path {
	switch st.kind {
	case anyKey:
		if p.anyKey == nil {
			p.anyKey = &path{}
		}
		return p.anyKey
	case anyIndex:
		if p.anyElem == nil {
			p.anyElem = &path{}
		}
		return p.anyElem
	case indexStep:
		for _, c := range p.indexes {
			if c.index == st.index {
				return c
			}
		}
		p.indexes = append(p.indexes, &path{index: st.index})
		return p.indexes[len(p.indexes)-1]
	}
	if c := p.named([]byte(st.key)); c != nil {
		return c
	}
	p.keys = append(p.keys, &path{key: newNeedle(`"` + st.key + `"`), plain: isPlain([]byte(st.key))})
	p.lengths |= lengthBit(len(st.key))
	return p.keys[len(p.keys)-1]
}

// member returns the path of the member with the given key in quotes, nil if no selector wants it.
func (p *path) member(quoted []byte) *path {
	if p.lengths&lengthBit(len(quoted)-2) == 0 {
		return nil
	}
	for _, c := range p.keys {
		if k := &c.key; len(k.text) == len(quoted) && k.text[k.first] == quoted[k.first] && k.text == string(quoted) {
			return c
		}
	}
	return nil
}

// named is member for a key without its quotes.
func (p *path) named(key []byte) *path {
	for _, c := range p.keys {
		if c.key.text[1:len(c.key.text)-1] == string(key) {
			return c
		}
	}
	return nil
}

// element returns the path of the element with the given index, nil if no selector wants it.
func (p *path) element(index int) *path {
	for _, c := range p.indexes {
		if c.index == index {
			return c
		}
	}
	return nil
}

// lengthBit returns the bit of path.lengths for keys of n bytes.
func lengthBit(n int) uint64 { return 1 << (uint(n) & 63) }
