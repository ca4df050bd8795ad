package sigv4

import (
	"fmt"
	"strconv"
	"time"
)

// basicFormat is ISO 8601's basic format, the only one a signature's time is written in.
const basicFormat = "20060102T150405Z"

// maxExpires is for how many seconds a presigned request may be good: seven days (AWS's documentation).
const maxExpires = 7 * 24 * 60 * 60

// parseDate reads the time of a signature.
func parseDate(s string) (time.Time, bool) {
	at, err := time.Parse(basicFormat, s)
	return at, err == nil && len(s) == len(basicFormat) // Parse would take a fraction of a second
}

// checkTime checks that c is neither too old nor from the future. Both edges are inclusive, in whole seconds.
// A presigned request without X-Amz-Expires is good for as long as any other: the Go SDK's STS client makes
// such ones [R].
func checkTime(c *claim, now time.Time, skew time.Duration) error {
	if latest := now.Add(skew); c.signedAt.After(latest) {
		return refuse(skewed, "Signature not yet current: %s is still later than %s (%s + %s)",
			c.signedAt.Format(basicFormat), latest.Format(basicFormat), now.Format(basicFormat), span(skew))
	}
	age, old := skew, skewed
	if c.expires != "" {
		s, err := strconv.ParseUint(c.expires, 10, 32)
		if err != nil {
			panic(fmt.Sprintf("BUG: X-Amz-Expires %q after readDate", c.expires))
		}
		age, old = time.Duration(s)*time.Second, outlived
	}
	if earliest := now.Add(-age); c.signedAt.Before(earliest) {
		return refuse(old, "Signature expired: %s is now earlier than %s (%s - %s)",
			c.signedAt.Format(basicFormat), earliest.Format(basicFormat), now.Format(basicFormat), span(age))
	}
	return nil
}

// span writes a duration as AWS does in these texts: "15 min.".
func span(d time.Duration) string {
	if d%time.Minute == 0 {
		return fmt.Sprintf("%d min.", d/time.Minute)
	}
	return fmt.Sprintf("%d sec.", d/time.Second)
}
