"""What boto3 and AWS's command line do with a live tail. The server is AWS_ENDPOINT_URL's."""

import os
import signal
import subprocess
import sys
import time
import unittest
import uuid

import boto3
from botocore.config import Config


class LiveTail(unittest.TestCase):
    def setUp(self):
        self.logs = boto3.client("logs", config=Config(retries={"max_attempts": 1}))
        self.group = "/test/tail/" + uuid.uuid4().hex
        self.logs.create_log_group(logGroupName=self.group)
        self.addCleanup(self.logs.delete_log_group, logGroupName=self.group)
        for stream in ("web-1", "db"):
            self.logs.create_log_stream(logGroupName=self.group, logStreamName=stream)
        self.arn = self.logs.describe_log_groups(logGroupNamePrefix=self.group)["logGroups"][0]["logGroupArn"]

    def put(self, *messages, stream="web-1"):
        now = int(time.time() * 1000)
        self.logs.put_log_events(
            logGroupName=self.group, logStreamName=stream,
            logEvents=[{"timestamp": now, "message": m} for m in messages],
        )

    def tail(self, **args):
        """Returns the stream and its events, of which the first was read."""
        stream = self.logs.start_live_tail(logGroupIdentifiers=[self.arn], **args)["responseStream"]
        self.addCleanup(stream.close)
        events = iter(stream)
        self.assertEqual(next(events)["sessionStart"]["logGroupIdentifiers"], [self.arn])
        return stream, events

    def read(self, events, n):
        """Returns the next n log events."""
        found = []
        for event in events:
            self.assertFalse(event["sessionUpdate"]["sessionMetadata"]["sampled"])
            found += event["sessionUpdate"]["sessionResults"]
            if len(found) >= n:
                return found
        self.fail(f"the stream ended after {found}")

    def test_events_come_as_they_are_stored(self):
        self.put("before")
        _, events = self.tail()
        put = time.time()
        self.put('{"level":"error"}', "häß 🎉 \u2028 \\ \" \t")
        self.put("three", stream="db")
        found = self.read(events, 3)
        print(f"seen {time.time() - put:.3f} s after they were sent")
        self.assertEqual([e["message"] for e in found], ['{"level":"error"}', "häß 🎉 \u2028 \\ \" \t", "three"])
        self.assertEqual([e["logStreamName"] for e in found], ["web-1", "web-1", "db"])
        self.assertTrue(found[0]["logGroupIdentifier"].endswith(":" + self.group))
        self.assertGreaterEqual(found[0]["ingestionTime"], found[0]["timestamp"] - 60_000)

    def test_a_quiet_tail_says_every_second_that_it_lives(self):
        _, events = self.tail()
        for _ in range(2):
            self.assertEqual(next(events)["sessionUpdate"]["sessionResults"], [])

    def test_streams_and_patterns_choose(self):
        _, events = self.tail(logStreamNamePrefixes=["web-"], logEventFilterPattern="{ $.status = 500 }")
        self.put('{"status":500}', stream="db")
        self.put('{"status":200}', '{"status":500,"n":1}')
        self.assertEqual([e["message"] for e in self.read(events, 1)], ['{"status":500,"n":1}'])

    def test_many_events_are_sampled(self):
        _, events = self.tail()
        self.put(*(f"event {i}" for i in range(3000)))
        for event in events:
            update = event["sessionUpdate"]
            if update["sessionResults"]:
                break
        self.assertEqual(len(update["sessionResults"]), 500)
        self.assertTrue(update["sessionMetadata"]["sampled"])

    def test_a_closed_stream_makes_room_for_another(self):
        streams = [self.tail()[0] for _ in range(15)]
        with self.assertRaises(self.logs.exceptions.LimitExceededException):
            self.tail()
        streams[0].close()
        while True:  # until the server has learnt of it
            try:
                self.tail()
                return
            except self.logs.exceptions.LimitExceededException:
                pass

    def test_errors_are_awss(self):
        for args in (
            {"logGroupIdentifiers": [self.group]},
            {"logGroupIdentifiers": [self.arn + ":*"]},
            {"logGroupIdentifiers": [self.arn], "logStreamNames": ["a"], "logStreamNamePrefixes": ["a"]},
            {"logGroupIdentifiers": [self.arn], "logEventFilterPattern": "{ $.a = }"},
        ):
            with self.subTest(args), self.assertRaises(self.logs.exceptions.InvalidParameterException):
                self.logs.start_live_tail(**args)
        with self.assertRaises(self.logs.exceptions.ResourceNotFoundException):
            self.logs.start_live_tail(logGroupIdentifiers=[self.arn + "-none"])

    def test_the_command_line_tails_until_interrupted(self):
        aws = os.path.join(os.path.dirname(sys.executable), "aws")
        command = [aws, "logs", "start-live-tail", "--log-group-identifiers", self.arn]
        with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0, env={**os.environ, "PYTHONUNBUFFERED": "1"}) as tail:
            os.set_blocking(tail.stdout.fileno(), False)
            seen = b""
            while b"ERROR from the command line" not in seen:  # it does not say when it has begun
                self.assertIsNone(tail.poll(), seen)
                self.put("ERROR from the command line")
                seen += tail.stdout.read() or b""
            os.set_blocking(tail.stdout.fileno(), True)
            tail.send_signal(signal.SIGINT)
            tail.stdout.read()
            self.assertIn(tail.wait(), (0, 130, -signal.SIGINT))


if __name__ == "__main__":
    unittest.main(verbosity=2)
