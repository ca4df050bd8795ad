package column

// A Builder makes a column value by value. Its kind follows the values: whole numbers and floats
// together become Float64 as long as no digit is lost, anything else together becomes Mixed. It keeps
// the strings it is given; it does not copy them. The zero Builder is ready to use.
type Builder struct {
	c Column
}

// Len returns the number of values so far.
func (b *Builder) Len() int { return b.c.Len }

// Reset forgets all values and keeps the memory. Columns made before share that memory and must no longer be used.
func (b *Builder) Reset() {
	c := &b.c
	*c = Column{Nulls: c.Nulls[:0], Ints: c.Ints[:0], Floats: c.Floats[:0], Strings: c.Strings[:0], Values: c.Values[:0]}
}

// Column returns the column of all values so far. The column shares memory with b: it is valid
// until b is next used.
func (b *Builder) Column() *Column {
	c := b.c
	if len(c.Nulls) == 0 {
		c.Nulls = nil
	}
	return &c
}

// Null appends a null.
func (b *Builder) Null() {
	c := &b.c
	switch c.Kind {
	case Null:
	case Float64:
		c.Floats = append(c.Floats, 0)
		c.Nulls = c.Nulls.Set(c.Len, c.Len+1)
	case String, JSON:
		c.Strings = append(c.Strings, "")
		c.Nulls = c.Nulls.Set(c.Len, c.Len+1)
	case Mixed:
		c.Values = append(c.Values, Value{})
	default:
		c.Ints = append(c.Ints, 0)
		c.Nulls = c.Nulls.Set(c.Len, c.Len+1)
	}
	c.Len++
}

// Bool appends a boolean.
func (b *Builder) Bool(v bool) { b.Value(BoolValue(v)) }

// Time appends a timestamp in milliseconds since the epoch.
func (b *Builder) Time(ms int64) {
	if b.become(Timestamp) {
		b.c.Ints = append(b.c.Ints, ms)
		b.c.Len++
		return
	}
	b.mixed(TimeValue(ms))
}

// Int appends a whole number.
func (b *Builder) Int(v int64) {
	if b.c.Kind == Float64 && fitsFloat(v) {
		b.c.Floats = append(b.c.Floats, float64(v))
		b.c.Len++
		return
	}
	if b.become(Int64) {
		b.c.Ints = append(b.c.Ints, v)
		b.c.Len++
		return
	}
	b.mixed(IntValue(v))
}

// Float appends a number; NaN and the infinities become null.
func (b *Builder) Float(v float64) {
	val := FloatValue(v)
	if val.IsNull() {
		b.Null()
		return
	}
	if b.c.Kind == Int64 {
		b.floatInts()
	}
	if b.become(Float64) {
		b.c.Floats = append(b.c.Floats, v)
		b.c.Len++
		return
	}
	b.mixed(val)
}

// Text appends a string.
func (b *Builder) Text(s string) {
	if b.become(String) {
		b.c.Strings = append(b.c.Strings, s)
		b.c.Len++
		return
	}
	b.mixed(StringValue(s))
}

// JSON appends a map or list given as compact JSON text.
func (b *Builder) JSON(s string) {
	if b.become(JSON) {
		b.c.Strings = append(b.c.Strings, s)
		b.c.Len++
		return
	}
	b.mixed(JSONValue(s))
}

// Value appends v.
func (b *Builder) Value(v Value) {
	switch v.kind {
	case Null:
		b.Null()
	case Bool:
		if b.become(Bool) {
			b.c.Ints = append(b.c.Ints, int64(v.num))
			b.c.Len++
			return
		}
		b.mixed(v)
	case Int64:
		b.Int(int64(v.num))
	case Float64:
		b.Float(v.Float())
	case String:
		b.Text(v.str)
	case Timestamp:
		b.Time(int64(v.num))
	case JSON:
		b.JSON(v.str)
	}
}

// become reports whether the column has kind k, after turning an all-null column into one.
func (b *Builder) become(k Kind) bool {
	c := &b.c
	if c.Kind == k {
		return true
	}
	if c.Kind != Null {
		return false
	}
	c.Kind = k
	switch k {
	case Float64:
		c.Floats = grow(c.Floats, c.Len)
	case String, JSON:
		c.Strings = grow(c.Strings, c.Len)
	default:
		c.Ints = grow(c.Ints, c.Len)
	}
	for i := range c.Len {
		c.Nulls = c.Nulls.Set(i, c.Len)
	}
	return true
}

func grow[T any](s []T, n int) []T {
	s = s[:0]
	for range n {
		var zero T
		s = append(s, zero)
	}
	return s
}

// fitsFloat reports whether v is the same as a float, and is shown in the same digits: beyond 2^53 a float is shown
// in the shortest digits that tell it from other floats.
func fitsFloat(v int64) bool { return -1<<53 <= v && v <= 1<<53 }

// floatInts turns an Int64 column into Float64 if every value survives the change.
func (b *Builder) floatInts() {
	c := &b.c
	for i, v := range c.Ints {
		if !c.Nulls.Get(i) && !fitsFloat(v) {
			return
		}
	}
	c.Floats = c.Floats[:0]
	for _, v := range c.Ints {
		c.Floats = append(c.Floats, float64(v))
	}
	c.Kind = Float64
}

// mixed turns the column into Mixed and appends v.
func (b *Builder) mixed(v Value) {
	c := &b.c
	if c.Kind != Mixed {
		c.Values = c.Values[:0]
		for i := range c.Len {
			c.Values = append(c.Values, c.Value(i))
		}
		c.Kind = Mixed
		c.Nulls = c.Nulls[:0]
	}
	c.Values = append(c.Values, v)
	c.Len++
}
