package emf

import (
	"fmt"
	"slices"
)

// A Unit is one of CloudWatch's units (MetricDatum, StandardUnit).
type Unit string

// CloudWatch's 27 units.
const (
	None            Unit = "None"
	Count           Unit = "Count"
	Percent         Unit = "Percent"
	Seconds         Unit = "Seconds"
	Milliseconds    Unit = "Milliseconds"
	Microseconds    Unit = "Microseconds"
	Bytes           Unit = "Bytes"
	Kilobytes       Unit = "Kilobytes"
	Megabytes       Unit = "Megabytes"
	Gigabytes       Unit = "Gigabytes"
	Terabytes       Unit = "Terabytes"
	Bits            Unit = "Bits"
	Kilobits        Unit = "Kilobits"
	Megabits        Unit = "Megabits"
	Gigabits        Unit = "Gigabits"
	Terabits        Unit = "Terabits"
	BytesSecond     Unit = "Bytes/Second"
	KilobytesSecond Unit = "Kilobytes/Second"
	MegabytesSecond Unit = "Megabytes/Second"
	GigabytesSecond Unit = "Gigabytes/Second"
	TerabytesSecond Unit = "Terabytes/Second"
	BitsSecond      Unit = "Bits/Second"
	KilobitsSecond  Unit = "Kilobits/Second"
	MegabitsSecond  Unit = "Megabits/Second"
	GigabitsSecond  Unit = "Gigabits/Second"
	TerabitsSecond  Unit = "Terabits/Second"
	CountSecond     Unit = "Count/Second"
)

var units = []Unit{
	None, Count, Percent, Seconds, Milliseconds, Microseconds, Bytes, Kilobytes, Megabytes, Gigabytes, Terabytes, Bits,
	Kilobits, Megabits, Gigabits, Terabits, BytesSecond, KilobytesSecond, MegabytesSecond, GigabytesSecond, TerabytesSecond,
	BitsSecond, KilobitsSecond, MegabitsSecond, GigabitsSecond, TerabitsSecond, CountSecond,
}

func (u Unit) check() error {
	if !slices.Contains(units, u) {
		return fmt.Errorf("unit %q is none of CloudWatch's: %q", string(u), units)
	}
	return nil
}
