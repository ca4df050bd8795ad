package table_test

import (
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/tabletest"
)

func openMemory(_ *testing.T, schema table.Schema, now func() time.Time) tabletest.Subject {
	return tabletest.Subject{Table: table.NewMemory(schema, now)}
}

func TestMemory(t *testing.T) {
	tabletest.Run(t, openMemory)
}

// TestRandomOnMemory compares the memory with itself, which shows that the steps are sound.
func TestRandomOnMemory(t *testing.T) {
	for seed := range uint64(4) {
		tabletest.Random(t, openMemory, seed, 40)
	}
}
