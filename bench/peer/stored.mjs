// Asks ClickHouse (chdb) the questions of BenchmarkQuery over a table of its own with typed columns, which it makes of an NDJSON file of
// the web shape if the folder has none: node bench/peer/stored.mjs FOLDER FILE [RUNS]. For each it prints the median in
// milliseconds of the engine's time and of processor time.
import { Session } from 'chdb';

const [folder, file, runs = '7'] = process.argv.slice(2);
const db = new Session(folder);
db.query('SET use_query_condition_cache = 0'); // or a question asked again is not asked
db.query('CREATE DATABASE IF NOT EXISTS bench');
db.query(`CREATE TABLE IF NOT EXISTS bench.web (time DateTime64(3), level LowCardinality(String), msg LowCardinality(String),
  service LowCardinality(String), env LowCardinality(String), version LowCardinality(String), fn LowCardinality(String), pkg LowCardinality(String),
  requestId UUID, userId String, orgId LowCardinality(String), method LowCardinality(String), path String, status Int64, durationMs Float64,
  bytes Int64, traceId String, message String, INDEX ids requestId TYPE bloom_filter GRANULARITY 1) ENGINE = MergeTree ORDER BY time`);
if (db.query('SELECT count() FROM bench.web', 'TSV').toString().trim() === '0') {
  db.query(`INSERT INTO bench.web SELECT parseDateTime64BestEffort(JSONExtractString(line, 'time'), 3), ${
    ['level', 'msg', 'service', 'env', 'version', 'fn', 'pkg'].map((f) => `JSONExtractString(line, '${f}')`).join(', ')
  }, toUUIDOrZero(JSONExtractString(line, 'requestId')), ${['userId', 'orgId', 'method', 'path'].map((f) => `JSONExtractString(line, '${f}')`).join(', ')
  }, JSONExtractInt(line, 'status'), JSONExtractFloat(line, 'durationMs'), JSONExtractInt(line, 'bytes'), JSONExtractString(line, 'traceId'), line
  FROM file('${file}', LineAsString, 'line String')`);
}
const id = db.query('SELECT requestId FROM bench.web ORDER BY time LIMIT 1 OFFSET 1000000', 'TSV').toString().trim();
const middle = (list) => list.sort((a, b) => a - b)[list.length >> 1];
for (const [name, sql] of [
  ['needle', `SELECT time, message FROM bench.web WHERE requestId = '${id}'`],
  ['errors by hour', "SELECT toStartOfHour(time), count() FROM bench.web WHERE level = 'error' GROUP BY 1"],
  ['group by with average and p99', 'SELECT fn, count(), avg(durationMs), quantileExact(0.99)(durationMs) FROM bench.web GROUP BY 1'],
  ['substring', "SELECT count() FROM bench.web WHERE message LIKE '%no such text%'"],
  ['newest twenty', 'SELECT time, message FROM bench.web ORDER BY time DESC LIMIT 20'],
]) {
  const times = [], cpu = [];
  for (let i = 0; i < Number(runs); i++) {
    const used = process.cpuUsage(), begin = performance.now();
    db.query(sql, 'TSV').toString();
    times.push(performance.now() - begin);
    const now = process.cpuUsage(used);
    cpu.push((now.user + now.system) / 1000);
  }
  console.log(`${name}: ${middle(times).toFixed(1)} ms, ${middle(cpu).toFixed(1)} ms of processor time`);
}
