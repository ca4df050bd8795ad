// What users of the AWS SDK for JavaScript expect of CloudWatch Logs. The server is AWS_ENDPOINT_URL's.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import {
  CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, CreateScheduledQueryCommand, DeleteLogGroupCommand, DeleteLogStreamCommand,
  DeleteQueryDefinitionCommand, DeleteScheduledQueryCommand, PutQueryDefinitionCommand,
  DescribeLogStreamsCommand, GetLogEventsCommand, GetLogRecordCommand, GetQueryResultsCommand, InvalidParameterException, ListTagsForResourceCommand, PutLogEventsCommand,
  PutRetentionPolicyCommand, ResourceAlreadyExistsException, ResourceNotFoundException, StartQueryCommand, StopQueryCommand, TagResourceCommand,
  paginateDescribeLogGroups, paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";

const logs = new CloudWatchLogsClient({ maxAttempts: 2 });
const logGroupName = `/test/javascript/${randomUUID()}`;
const now = Date.now();

const put = (logStreamName, messages) => logs.send(new PutLogEventsCommand({
  logGroupName, logStreamName, logEvents: messages.map((message, i) => ({ timestamp: now + i, message })),
}));

before(async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName, tags: { team: "labels" } }));
  for (const logStreamName of ["one", "two", "empty"]) {
    await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  }
  await put("one", Array.from({ length: 120 }, (_, i) => JSON.stringify({ tag: "label_created", i })));
  await put("two", ["häß 🎉 \u2028 \\ \" \t", "a\nb"]);
});
after(() => logs.send(new DeleteLogGroupCommand({ logGroupName })));

test("messages come back byte for byte", async () => {
  const { events } = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: "two", startFromHead: true }));
  assert.deepEqual(events.map((e) => e.message), ["häß 🎉 \u2028 \\ \" \t", "a\nb"]);
  assert.deepEqual(events.map((e) => e.timestamp), [now, now + 1]);
});

test("paging forward and back sees each event once", async () => {
  for (const startFromHead of [true, false]) {
    const seen = [];
    let nextToken, last;
    do {
      last = nextToken;
      const page = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName: "one", limit: 50, startFromHead, nextToken }));
      const numbers = page.events.map((e) => JSON.parse(e.message).i);
      startFromHead ? seen.push(...numbers) : seen.unshift(...numbers);
      nextToken = startFromHead ? page.nextForwardToken : page.nextBackwardToken;
    } while (nextToken !== last);
    assert.deepEqual(seen, Array.from({ length: 120 }, (_, i) => i));
  }
});

test("a filter pages over all streams", async () => {
  const found = [];
  const input = { logGroupName, filterPattern: "{ $.i >= 100 }", limit: 7 };
  for await (const page of paginateFilterLogEvents({ client: logs }, input)) found.push(...page.events);
  assert.deepEqual(found.map((e) => JSON.parse(e.message).i), Array.from({ length: 20 }, (_, i) => 100 + i));
  assert.equal(new Set(found.map((e) => e.eventId)).size, 20);
});

test("a query answers, and its rows lead to their records", async () => {
  const { queryId } = await logs.send(new StartQueryCommand({
    logGroupNames: [logGroupName], queryString: "fields i | filter tag = 'label_created' and i < 3 | sort i asc",
    startTime: Math.floor(now / 1000) - 60, endTime: Math.floor(now / 1000) + 60,
  }));
  let answer;
  do answer = await logs.send(new GetQueryResultsCommand({ queryId })); while (["Scheduled", "Running"].includes(answer.status));
  assert.equal(answer.status, "Complete");
  assert.deepEqual(answer.results.map((row) => row.map((c) => c.field)), Array(3).fill(["i", "@ptr"]));
  assert.deepEqual(answer.results.map((row) => row[0].value), ["0", "1", "2"]);
  assert.equal(answer.statistics.recordsMatched, 3);
  const { logRecord } = await logs.send(new GetLogRecordCommand({ logRecordPointer: answer.results[1][1].value }));
  assert.equal(logRecord["@message"], '{"tag":"label_created","i":1}');
  await assert.rejects(logs.send(new StopQueryCommand({ queryId })), InvalidParameterException);
});

test("a saved query is called", async () => {
  const name = `few${randomUUID().replaceAll("-", "")}`;
  const { queryDefinitionId } = await logs.send(new PutQueryDefinitionCommand({
    name, queryString: "fields i | filter i < {{most}} | sort i asc", parameters: [{ name: "most", defaultValue: "2" }],
  }));
  const { queryId } = await logs.send(new StartQueryCommand({
    logGroupNames: [logGroupName], queryString: `$${name}()`, startTime: Math.floor(now / 1000) - 60, endTime: Math.floor(now / 1000) + 60,
  }));
  let answer;
  do answer = await logs.send(new GetQueryResultsCommand({ queryId })); while (["Scheduled", "Running"].includes(answer.status));
  assert.deepEqual(answer.results.map((row) => row[0].value), ["0", "1"]);
  const made = await logs.send(new CreateScheduledQueryCommand({
    name, queryLanguage: "CWLI", queryString: `$${name}(most = 5)`, logGroupIdentifiers: [logGroupName],
    scheduleExpression: "rate(1 hour)", executionRoleArn: "arn:aws:iam::123456789012:role/r",
  }));
  assert.equal(made.state, "ENABLED");
  await logs.send(new DeleteScheduledQueryCommand({ identifier: made.scheduledQueryArn }));
  await logs.send(new DeleteQueryDefinitionCommand({ queryDefinitionId }));
});

test("groups are found, kept and tagged", async () => {
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 14 }));
  const groups = [];
  for await (const page of paginateDescribeLogGroups({ client: logs, pageSize: 1 }, { logGroupNamePrefix: logGroupName })) groups.push(...page.logGroups);
  assert.equal(groups.length, 1);
  assert.equal(groups[0].retentionInDays, 14);
  const resourceArn = groups[0].logGroupArn;
  await logs.send(new TagResourceCommand({ resourceArn, tags: { stage: "test" } }));
  const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn }));
  assert.deepEqual(tags, { team: "labels", stage: "test" });
});

test("a deleted stream is gone", async () => {
  await logs.send(new DeleteLogStreamCommand({ logGroupName, logStreamName: "empty" }));
  const { logStreams } = await logs.send(new DescribeLogStreamsCommand({ logGroupName, logStreamNamePrefix: "e" }));
  assert.deepEqual(logStreams, []);
});

test("errors are AWS's", async () => {
  await assert.rejects(logs.send(new CreateLogGroupCommand({ logGroupName })), (err) => {
    assert.ok(err instanceof ResourceAlreadyExistsException);
    assert.equal(err.message, "The specified log group already exists");
    assert.ok(err.$metadata.requestId);
    return true;
  });
  await assert.rejects(put("nowhere", ["x"]), ResourceNotFoundException);
});
