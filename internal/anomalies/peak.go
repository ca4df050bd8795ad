package anomalies

// A peak is how many events came in a window at most, on the second loudest day: what happens on one day alone may be an accident, what
// happens on two is a habit.
type peak struct {
	Day    int64 `json:"day,omitempty"`   // since 1970: the last one
	Today  int64 `json:"today,omitempty"` // most events in a window of that day
	First  int64 `json:"first,omitempty"` // of all days before
	Second int64 `json:"second,omitempty"`
}

const dayMillis = 24 * 60 * 60 * 1000

// add notes that windows of the day of a time have up to n events. Days come in order.
func (p *peak) add(at, n int64) {
	if day := at / dayMillis; day != p.Day {
		p.First, p.Second = p.ordered()
		p.Day, p.Today = day, 0
	}
	p.Today = max(p.Today, n)
}

// ordered returns the two highest, today's among them.
func (p *peak) ordered() (first, second int64) {
	if p.Today > p.First {
		return p.Today, p.First
	}
	return p.First, max(p.Second, p.Today)
}

// usual returns the second highest.
func (p *peak) usual() int64 {
	_, second := p.ordered()
	return second
}

// fade lets peaks be forgotten that do not come again.
func (p *peak) fade() { p.First, p.Second = p.First*3/4, p.Second*3/4 }
