package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// peerFile is the ClickHouse peer; install it with npm install --prefix bench/peer.
const peerFile = "bench/peer/clickhouse.mjs"

// prepare builds the programs and generates what is not there yet: a file of NDJSON, the same cut into eight
// gzip files, and an S3 export.
func (b *bench) prepare(ctx context.Context) error {
	if err := os.MkdirAll(b.file("gz"), 0o777); err != nil {
		return err
	}
	b.program = b.file("groundwatch")
	for program, pkg := range map[string]string{b.program: "./cmd/groundwatch", b.file("decompress"): "./bench/decompress"} {
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", program, pkg)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w: %s", pkg, err, out)
		}
	}
	script := fmt.Sprintf(`set -e
		test -f %[2]s || { %[1]s generate logs --count %[3]d --seed 1 > %[2]s.tmp; mv %[2]s.tmp %[2]s; }
		test -f %[4]s/7.gz || { split -n l/8 -d -a 1 --filter='gzip -6 > %[4]s/$FILE.tmp' %[2]s ''; for i in 0 1 2 3 4 5 6 7; do mv %[4]s/$i.tmp %[4]s/$i.gz; done; }
		test -d %[5]s || { %[1]s generate logs --shape web --format s3export --count %[3]d --dir %[5]s.tmp; mv %[5]s.tmp %[5]s; }
		printf '{"level":"error","msg":"one"}\n' > %[6]s
		cat %[2]s %[4]s/*.gz > /dev/null`,
		b.program, b.ndjson(), b.events, b.file("gz"), b.export(), b.file("small.ndjson"))
	if out, err := exec.CommandContext(ctx, "sh", "-c", script).CombinedOutput(); err != nil {
		return fmt.Errorf("generate: %w: %s", err, out)
	}
	info, err := os.Stat(b.ndjson())
	if err != nil {
		return err
	}
	b.size = info.Size()
	return nil
}

func (b *bench) ndjson() string { return b.file(fmt.Sprintf("web-%d.ndjson", b.events)) }
func (b *bench) export() string { return b.file(fmt.Sprintf("export-%d", b.events)) }

// query returns the command that asks our program.
func (b *bench) query(text string, sources ...string) command {
	return command{args: append([]string{b.program, "query", text, "-o", "json"}, sources...)}
}

// clickhouse returns the command that asks ClickHouse the same of the NDJSON file, nil if it is not installed.
func (b *bench) clickhouse(sql string) *command {
	if _, err := os.Stat("bench/peer/node_modules/chdb"); err != nil {
		fmt.Fprintln(os.Stderr, "compare: ClickHouse is left out: npm install --prefix bench/peer")
		return nil
	}
	abs, err := filepath.Abs(b.ndjson())
	if err != nil {
		return nil
	}
	from := fmt.Sprintf("file('%s', 'JSONEachRow', 'time DateTime64(3), level String, msg String, fn String, requestId String, userId String, orgId String, method String, path String, status UInt16, durationMs Float64, bytes UInt64')", abs)
	return &command{args: []string{"node", peerFile, fmt.Sprintf(sql, from)}, engineTime: true}
}

// lines are the rows of the table.
func (b *bench) lines() []line {
	const who = "ClickHouse"
	ten := "stats count(*), min(time), max(msg), max(requestId), max(userId), max(orgId), max(path), avg(status), avg(durationMs), sum(bytes) by level"
	lines := []line{
		{"query filter, count by bin(1h)", b.size, b.query(`filter level = "error" | stats count(*) by bin(1h)`, b.ndjson()),
			b.clickhouse("SELECT toStartOfHour(time), count() FROM %s WHERE level = 'error' GROUP BY 1"), who},
		{"query avg, pct 99 by fn", b.size, b.query("stats avg(durationMs), pct(durationMs, 99) by fn", b.ndjson()),
			b.clickhouse("SELECT fn, avg(durationMs), quantileExact(0.99)(durationMs) FROM %s GROUP BY 1"), who},
		{"query of ten fields", b.size, b.query(ten, b.ndjson()),
			b.clickhouse("SELECT level, count(), min(time), max(msg), max(requestId), max(userId), max(orgId), max(path), avg(status), avg(durationMs), sum(bytes) FROM %s GROUP BY 1"), who},
		{"query parse with a regex", b.size, b.query(`parse @message /"path":"\/(?<top>[a-z]+)/ | stats count(*) by top`, b.ndjson()),
			b.clickhouse("SELECT extract(path, '^/([a-z]+)') AS top, count() FROM %s GROUP BY 1"), who},
		{"query substring, 20 newest", b.size, b.query(`filter @message like "timeout" | limit 20`, b.ndjson()), b.jq(), "jq"},
	}
	return append(lines, b.fileLines()...)
}

// jq answers the first question with jq, on one core, which is all it uses.
func (b *bench) jq() *command {
	if _, err := exec.LookPath("jq"); err != nil {
		fmt.Fprintln(os.Stderr, "compare: jq is left out: it is not installed")
		return nil
	}
	return &command{args: []string{"jq", "-c", `select(.msg | contains("timeout"))`, b.ndjson()}}
}

// fileLines measure compressed files, the cleaner and the start.
func (b *bench) fileLines() []line {
	gz, _ := filepath.Glob(b.file("gz/*.gz")) // the pattern is right
	out := b.file("clean")
	fresh := func() error { return os.RemoveAll(out) }
	clean := func(to string) command {
		return command{args: []string{b.program, "clean", b.export(), "-o", out, "--to", to, "-q"}, before: fresh}
	}
	decompress := func(args ...string) *command {
		return &command{args: append([]string{b.file("decompress")}, args...)}
	}
	return []line{
		{"query over 8 gzip files", b.size, b.query(`filter level = "error" | stats count(*) by bin(1h)`, gz...), decompress(gz...), "decompress only"},
		{"query over 8 gzip files ", b.size, b.query(`filter level = "error" | stats count(*) by bin(1h)`, gz...), &command{args: append([]string{"zcat"}, gz...)}, "zcat"},
		{"clean export to NDJSON", b.size, clean("ndjson"), decompress(b.export()), "decompress only"},
		{"clean export to NDJSON ", b.size, clean("ndjson"), decompress("-o", out+".txt", b.export()), "decompress and write"},
		{"clean export to Parquet", b.size, clean("parquet"), decompress(b.export()), "decompress only"},
		{"start to answer, small file", 0, b.query("stats count(*)", b.file("small.ndjson")),
			&command{args: []string{"jq", "-c", ".", b.file("small.ndjson")}}, "jq"},
	}
}
