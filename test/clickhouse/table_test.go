package clickhouse_test

import (
	"cmp"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/groundwatch/groundwatch/internal/table"
	"github.com/groundwatch/groundwatch/internal/table/clickhouse"
	"github.com/groundwatch/groundwatch/internal/table/tabletest"
)

// A bed opens tables on one server, each in a database of its own.
type bed struct {
	*server
	databases atomic.Int64
	kills     bool   // reopening kills the server
	through   string // the way to the server; "" means straight
}

// open is a tabletest.Open.
func (bd *bed) open(t *testing.T, schema table.Schema, now func() time.Time) tabletest.Subject {
	database := fmt.Sprintf("test %d", bd.databases.Add(1))
	writer := int64(0)
	var engine *clickhouse.Engine
	open := func() table.Table {
		writer++
		o := clickhouse.Options{
			Endpoint: cmp.Or(bd.through, bd.endpoint()), Database: database, Writer: writer, Now: now,
			Timeout: 5 * time.Minute, // machines that test many things at once are slow
		}
		var err error
		engine, err = clickhouse.Open(t.Context(), o, schema)
		if err != nil {
			t.Fatalf("Open = %v", err)
		}
		return engine.Table(schema.Name)
	}
	t.Cleanup(func() { engine.Close() })
	return tabletest.Subject{
		Table: open(),
		Reopen: func() table.Table {
			engine.Close()
			if bd.kills {
				bd.kill()
				bd.start()
			}
			return open()
		},
		Settle: func() {
			if err := engine.Sweep(t.Context()); err != nil {
				t.Errorf("Sweep = %v", err)
			}
			bd.ask(fmt.Sprintf("OPTIMIZE TABLE `%s`.`%s`", database, schema.Name))
		},
	}
}

func TestTable(t *testing.T) {
	bd := &bed{server: startServer(t)}
	tabletest.Run(t, bd.open)
}

func TestRandom(t *testing.T) {
	bd := &bed{server: startServer(t)}
	for seed := range uint64(4) {
		tabletest.Random(t, bd.open, seed, 60)
	}
}

// TestKills kills the server wherever the table is reopened.
func TestKills(t *testing.T) {
	bd := &bed{server: startServer(t), kills: true}
	tabletest.Random(t, bd.open, 100, 80)
}
