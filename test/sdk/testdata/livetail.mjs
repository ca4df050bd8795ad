// What users of the AWS SDK for JavaScript do with a live tail. The server is AWS_ENDPOINT_URL's.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";
import {
  CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, DeleteLogGroupCommand, DescribeLogGroupsCommand,
  InvalidParameterException, PutLogEventsCommand, ResourceNotFoundException, StartLiveTailCommand,
} from "@aws-sdk/client-cloudwatch-logs";

const logs = new CloudWatchLogsClient({ maxAttempts: 2, disableHostPrefix: true });
const logGroupName = `/test/tail/${randomUUID()}`;
let arn;

const put = (logStreamName, ...messages) => logs.send(new PutLogEventsCommand({
  logGroupName, logStreamName, logEvents: messages.map((message) => ({ timestamp: Date.now(), message })),
}));

const tail = async (input = {}, options = {}) => {
  const { responseStream } = await logs.send(new StartLiveTailCommand({ logGroupIdentifiers: [arn], ...input }), options);
  return responseStream[Symbol.asyncIterator]();
};

before(async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  for (const logStreamName of ["web-1", "db"]) await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const { logGroups } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
  arn = logGroups[0].logGroupArn;
});
after(async () => {
  await logs.send(new DeleteLogGroupCommand({ logGroupName }));
  logs.destroy();
});

test("events come as they are stored", async () => {
  const events = await tail();
  const first = await events.next();
  assert.deepEqual(first.value.sessionStart.logGroupIdentifiers, [arn]);
  const start = Date.now();
  await put("web-1", '{"level":"error"}', "häß 🎉 \u2028");
  await put("db", "three");
  const found = [];
  while (found.length < 3) {
    const { value } = await events.next();
    assert.equal(value.sessionUpdate.sessionMetadata.sampled, false);
    found.push(...value.sessionUpdate.sessionResults);
  }
  console.log(`seen ${Date.now() - start} ms after they were sent`);
  assert.deepEqual(found.map((e) => e.message), ['{"level":"error"}', "häß 🎉 \u2028", "three"]);
  assert.deepEqual(found.map((e) => e.logStreamName), ["web-1", "web-1", "db"]);
  await events.return();
});

test("streams and patterns choose", async () => {
  const events = await tail({ logStreamNames: ["web-1"], logEventFilterPattern: "ERROR" });
  await events.next();
  await put("db", "ERROR 1");
  await put("web-1", "fine", "ERROR 2");
  const found = [];
  while (found.length < 1) found.push(...(await events.next()).value.sessionUpdate.sessionResults);
  assert.deepEqual(found.map((e) => e.message), ["ERROR 2"]);
  await events.return();
});

test("leaving the loop or aborting makes room for another", async () => {
  for (let i = 0; i < 20; i++) { // more than may be open at once
    const stop = new AbortController();
    let events;
    while (!events) {
      try {
        events = await tail({}, { abortSignal: stop.signal });
      } catch (err) {
        assert.equal(err.name, "LimitExceededException"); // the server has not learnt yet that others left
      }
    }
    await events.next();
    if (i % 2) stop.abort();
    await events.return();
  }
});

test("errors are AWS's", async () => {
  await assert.rejects(tail({ logGroupIdentifiers: [logGroupName] }), InvalidParameterException);
  await assert.rejects(tail({ logGroupIdentifiers: [`${arn}-none`] }), ResourceNotFoundException);
});
