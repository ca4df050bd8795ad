package files

import "context"

// Last is Events for the events at the end of an input: at least those that start in its last size bytes.
// all says that it was all events of the input, as it always is unless that is a plain file of lines. Else
// Event.Line counts from the first event given, and problems have no line.
func Last(ctx context.Context, in Input, opt Options, size int64, each func(*Event) error) (all bool, err error) {
	in.from = max(in.Size-size, 0)
	all, begun := true, false
	var ev Event
	err = Walk(ctx, []Input{in}, 1, opt, func(_ int, b *Block) error {
		if !begun {
			begun, all = true, b.Index == 0
		}
		for b.Next(&ev) {
			if err := each(&ev); err != nil {
				return err
			}
		}
		return nil
	})
	return all, err
}
