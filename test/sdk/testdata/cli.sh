# What users of AWS's command line type. The server is AWS_ENDPOINT_URL's; $1 is the group's name.
set -eu
group=$1
now=$(($(date +%s) * 1000))
fail() { echo "$1: found $2, want $3" >&2; exit 1; }
is() { [ "$2" = "$3" ] || fail "$1" "$2" "$3"; }

aws logs create-log-group --log-group-name "$group" --tags team=labels
aws logs create-log-stream --log-group-name "$group" --log-stream-name one
aws logs put-log-events --log-group-name "$group" --log-stream-name one --log-events \
	"[{\"timestamp\":$now,\"message\":\"first\"},{\"timestamp\":$((now + 1)),\"message\":\"ERROR second ü\"}]" >/dev/null
is "get-log-events" "$(aws logs get-log-events --log-group-name "$group" --log-stream-name one --start-from-head --query 'events[].message' --output text)" "first	ERROR second ü"
is "get-log-events --limit" "$(aws logs get-log-events --log-group-name "$group" --log-stream-name one --limit 1 --query 'events[].message' --output text)" "ERROR second ü"
is "filter-log-events" "$(aws logs filter-log-events --log-group-name "$group" --filter-pattern ERROR --query 'length(events)' --output text)" 1
is "filter-log-events in pages" "$(aws logs filter-log-events --log-group-name "$group" --page-size 1 --query 'events[].message' --output text | tr '\t\n' '  ')" "first ERROR second ü "
is "describe-log-groups" "$(aws logs describe-log-groups --log-group-name-prefix "$group" --query 'logGroups[].logGroupName' --output text)" "$group"
aws logs put-retention-policy --log-group-name "$group" --retention-in-days 7
is "retention" "$(aws logs describe-log-groups --log-group-name-prefix "$group" --query 'logGroups[0].retentionInDays' --output text)" 7
is "list-tags-log-group" "$(aws logs list-tags-log-group --log-group-name "$group" --query 'tags.team' --output text)" labels
is "describe-log-streams" "$(aws logs describe-log-streams --log-group-name "$group" --order-by LastEventTime --descending --query 'logStreams[0].lastEventTimestamp' --output text)" $((now + 1))
if out=$(aws logs create-log-group --log-group-name "$group" 2>&1); then fail "create twice" "no error" "ResourceAlreadyExistsException"; fi
case $out in *ResourceAlreadyExistsException*) ;; *) fail "create twice" "$out" "ResourceAlreadyExistsException" ;; esac
query=$(aws logs start-query --log-group-name "$group" --start-time $((now / 1000 - 60)) --end-time $((now / 1000 + 60)) \
	--query-string 'fields @message | filter @message like /ERROR/' --query queryId --output text)
while [ "$(aws logs get-query-results --query-id "$query" --query status --output text)" = Running ]; do :; done
is "get-query-results" "$(aws logs get-query-results --query-id "$query" --query "results[0][?field=='@message'].value" --output text)" "ERROR second ü"
ptr=$(aws logs get-query-results --query-id "$query" --query "results[0][?field=='@ptr'].value" --output text)
is "get-log-record" "$(aws logs get-log-record --log-record-pointer "$ptr" --query 'logRecord."@logStream"' --output text)" one
is "describe-queries" "$(aws logs describe-queries --log-group-name "$group" --query 'queries[].status' --output text)" Complete
if out=$(aws logs start-query --log-group-name "$group" --start-time 0 --end-time "$now" --query-string 'fields x | count()' 2>&1); then fail "wrong query" "no error" "MalformedQueryException"; fi
case $out in *MalformedQueryException*count*) ;; *) fail "wrong query" "$out" "MalformedQueryException" ;; esac
if out=$(aws logs get-query-results --query-id nothing 2>&1); then fail "unknown query" "no error" "an error"; fi
aws logs delete-log-group --log-group-name "$group"
is "after delete" "$(aws logs describe-log-groups --log-group-name-prefix "$group" --query 'length(logGroups)' --output text)" 0
