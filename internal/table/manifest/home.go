package manifest

import (
	"cmp"

	"github.com/groundwatch/groundwatch/internal/table"
)

// A Home is where rows belong.
type Home struct {
	Table     string
	Partition table.Partition
}

// CompareHomes orders homes by table, then partition, as cmp.Compare.
func CompareHomes(a, b Home) int {
	return cmp.Or(cmp.Compare(a.Table, b.Table), cmp.Compare(a.Partition, b.Partition))
}
