package generate

import "strconv"

// A function is one Lambda function: what it logs about an invocation, and its figures.
type function struct {
	name    string
	memory  int // MB
	timeout int // ms
	median  int // duration in hundredths of a millisecond
	runtime string
	// app emits what the function itself logs about one invocation.
	app func(p *producer, e *environment, i invocation) error
}

var functions = []function{
	{"orders", 512, 3000, 3400, "provided:al2023.v77", (*producer).goLines},
	{"invoices", 256, 10_000, 21_000, "python:3.13.v41", (*producer).pythonLines},
	{"thumbnails", 1024, 5000, 46_000, "nodejs:22.v38", (*producer).nodeLines},
}

// An environment runs one function, an invocation at a time, and writes one log stream.
type environment struct {
	*function
	stream *stream
	cold   bool  // it has not run yet
	left   int   // invocations before it is replaced
	free   int64 // when the last invocation ended
}

type invocation struct {
	id         []byte
	start, end int64 // milliseconds since the epoch
	hundredths int   // duration
	failed     bool
	timedOut   bool
}

// lambda writes what three Lambda functions leave behind: platform lines, and in between JSON events of a
// Go function, tab-separated lines of a Python and of a Node one, uncaught exceptions and time-outs.
func (p *producer) lambda() error {
	var envs []*environment
	for i := range functions {
		// Twice as many of the first, which serves requests.
		for range 4 - i {
			envs = append(envs, &environment{function: &functions[i]})
		}
	}
	for {
		ok, err := p.more()
		if !ok {
			return err
		}
		ms, incident := p.clock.at(p.made)
		if err := p.invoke(pick(p.random, envs), ms, incident); err != nil {
			return err
		}
	}
}

// invoke runs one invocation at ms, or as soon as e is free.
func (p *producer) invoke(e *environment, ms int64, incident bool) error {
	ms = max(ms, e.free)
	if e.left == 0 {
		if err := p.replace(e, ms); err != nil {
			return err
		}
	}
	e.left--
	i := invocation{id: p.random.uuid(nil), start: ms, hundredths: p.random.logNormal(e.median, 180)}
	i.failed = p.random.permille(25) || incident && p.random.permille(250)
	i.timedOut = i.failed && p.random.permille(150)
	if i.timedOut || i.hundredths > e.timeout*100 {
		i.timedOut, i.failed = true, true
		i.hundredths = e.timeout * 100
	}
	i.end = ms + int64(i.hundredths/100)
	e.free = i.end + 2

	p.text = append(append(append(p.text[:0], "START RequestId: "...), i.id...), " Version: $LATEST"...)
	if err := p.emit(e.stream, i.start); err != nil {
		return err
	}
	if err := e.app(p, e, i); err != nil {
		return err
	}
	if i.timedOut {
		p.text = append(append(p.clock.stamp(p.text[:0], i.end), ' '), i.id...)
		p.text = hundredthsFixed(append(p.text, " Task timed out after "...), e.timeout/10)
		p.text = append(p.text, " seconds"...)
		if err := p.emit(e.stream, i.end); err != nil {
			return err
		}
	}
	p.text = append(append(p.text[:0], "END RequestId: "...), i.id...)
	if err := p.emit(e.stream, i.end); err != nil {
		return err
	}
	p.text = p.report(p.text[:0], e, i)
	e.cold = false
	return p.emit(e.stream, i.end)
}

// replace gives e a new log stream, named as Lambda names them, and logs its start.
func (p *producer) replace(e *environment, ms int64) error {
	if e.stream != nil {
		if err := p.out.done(e.stream); err != nil {
			return err
		}
	}
	name := p.clock.stamp(nil, ms)[:len("2006-01-02")]
	name[4], name[7] = '/', '/'
	name = p.random.hex(append(name, "/[$LATEST]"...), 32)
	e.stream = &stream{"/aws/lambda/" + e.name, string(name)}
	e.cold, e.left = true, 600+p.random.below(1200)
	p.text = append(append(p.text[:0], "INIT_START Runtime Version: "...), e.runtime...)
	p.text = append(p.text, "\tRuntime Version ARN: arn:aws:lambda:eu-central-1::runtime:"...)
	p.text = p.random.hex(p.text, 64)
	return p.emit(e.stream, ms)
}

// report appends the REPORT line: its parts end in tabs, some with a blank before.
func (p *producer) report(b []byte, e *environment, i invocation) []byte {
	b = append(append(b, "REPORT RequestId: "...), i.id...)
	b = hundredthsFixed(append(b, "\tDuration: "...), i.hundredths)
	b = strconv.AppendInt(append(b, " ms\tBilled Duration: "...), int64((i.hundredths+99)/100), 10)
	b = strconv.AppendInt(append(b, " ms\tMemory Size: "...), int64(e.memory), 10)
	used := e.memory/4 + p.random.below(e.memory/5)
	b = strconv.AppendInt(append(b, " MB\tMax Memory Used: "...), int64(used), 10)
	b = append(b, " MB\t"...)
	if e.cold {
		b = hundredthsFixed(append(b, "Init Duration: "...), p.random.logNormal(28_000, 90))
		b = append(b, " ms\t"...)
	}
	if p.random.permille(50) {
		b = p.random.hex(append(b, "\nXRAY TraceId: 1-"...), 8)
		b = p.random.hex(append(b, '-'), 24)
		b = p.random.hex(append(b, "\tSegmentId: "...), 16)
		b = append(b, "\tSampled: true\t"...)
	}
	return b
}

// hundredthsFixed appends n/100 with two decimals, as Lambda writes figures.
func hundredthsFixed(b []byte, n int) []byte {
	return padded(append(strconv.AppendInt(b, int64(n/100), 10), '.'), n%100, 2)
}
