package sqlcat

import (
	"context"
	"errors"
	"fmt"

	"github.com/groundwatch/groundwatch/internal/fault"
)

// errDamaged is in the chain of every error that says that the store is not what was written.
var errDamaged = errors.New("the catalog is damaged")

// advice is what to do about it.
const advice = "keep the files as they are, and put back a backup of all of them; " +
	"if there is none, move them away and `sqlite3 FILE .recover` what can be read"

// explain adds what to do to an error that speaks of damage.
func (d *dialect) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errDamaged):
		return fmt.Errorf("%w; %s", err, advice)
	case d.classify(err) == corrupted:
		return fmt.Errorf("%w: %w; %s", errDamaged, err, advice)
	}
	return err
}

// unavailable is what clients are told when we cannot do it now; AWS's SDKs try again (common errors of the APIs).
func unavailable(err error) error {
	e := fault.New(fault.Unavailable, "ServiceUnavailableException", "The service cannot complete the request right now.")
	e.Err = err
	return e
}

// failed gives err, which the database had while it did act, the kind that it deserves. Our own faults and the
// context's errors stay what they are. It seals the catalog if it has to.
func (c *Catalog) failed(act string, writing bool, err error) error {
	if err == nil {
		return nil
	}
	if _, ours := errors.AsType[*fault.Error](err); ours {
		return err
	}
	told := fmt.Errorf("catalog %s: %s: %w", c.path, act, c.dialect.explain(err))
	switch {
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return told
	case errors.Is(told, errDamaged):
		c.seal(told)
		return fault.Internal(told)
	}
	switch c.dialect.classify(err) {
	case failing:
		if writing {
			c.seal(told)
		}
		return unavailable(told)
	case refused, full:
		return unavailable(told)
	case unknown, corrupted:
	}
	return fault.Internal(told)
}

// seal ends all writing. A disk that failed to sync once may have dropped what it was given, and say nothing when it is
// asked again; the next commit would then stand on pages that are not there.
func (c *Catalog) seal(why error) {
	if c.sealed.CompareAndSwap(nil, &why) && c.opts.Hooks.Sealed != nil {
		c.opts.Hooks.Sealed(why)
	}
}

// writable returns why there can be no more writes, nil if there can.
func (c *Catalog) writable() error {
	if why := c.sealed.Load(); why != nil {
		return unavailable(fmt.Errorf("catalog %s takes no writes until it is opened again, since: %w", c.path, *why))
	}
	return nil
}
