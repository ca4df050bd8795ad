# The tour that "make run" gives: sample logs, questions about them, clean data.
# It needs groundwatch on the PATH and writes to build/ only.
set -eu
rm -rf build/sample build/clean
mkdir -p build

while IFS= read -r command; do
	case $command in
	'') continue ;;
	'#'*) printf '\n%s\n' "$command" ; continue ;;
	esac
	printf '$ %s\n' "$command"
	eval "$command" </dev/null
done <<'END'
# A CloudWatch export to S3 as AWS writes it: folders, gzip, a timestamp before each line, platform lines in between.
groundwatch generate logs --shape lambda --format s3export --count 200000 --seed 1 --dir build/sample
find build/sample -type f | head -n 4

# How many errors an hour?
groundwatch query 'filter level = "error" | stats count(*) as errors by bin(1h)' build/sample

# Which functions are slow?
groundwatch query 'stats count(*) as calls, avg(durationMs) as mean, pct(durationMs, 99) as p99 by fn | sort p99 desc | limit 5' build/sample

# What did the platform report?
groundwatch query 'filter @type = "REPORT" | stats max(@maxMemoryUsed / 1000 / 1000) as usedMB, max(@memorySize / 1000 / 1000) as sizeMB, max(@billedDuration) as billedMs' build/sample

# The same events as clean Parquet files, one folder a day.
groundwatch clean build/sample -o build/clean --to parquet --split day
find build/clean -type f | head -n 4
END
