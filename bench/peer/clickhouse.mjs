// Runs one SQL statement in ClickHouse (chdb) and prints its time in milliseconds, without the
// start of the engine, on standard error. The engine uses as many threads as it finds cores.
import { query } from 'chdb';

query('SELECT 1');
const begin = performance.now();
const rows = query(process.argv[2], 'TSV').toString();
process.stderr.write(`${performance.now() - begin}\n`);
process.stdout.write(rows);
