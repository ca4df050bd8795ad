"""What boto3 and its users expect of CloudWatch Logs. The server is AWS_ENDPOINT_URL's."""

import gzip
import json
import os
import time
import unittest
import uuid

import boto3
from botocore.config import Config

NOW = int(time.time() * 1000)


def client(**config):
    return boto3.client("logs", config=Config(retries={"max_attempts": 2}, **config))


class Logs(unittest.TestCase):
    def setUp(self):
        self.logs = client()
        self.group = "/test/python/" + uuid.uuid4().hex
        self.logs.create_log_group(logGroupName=self.group, tags={"team": "labels", "größe": "ü"})
        self.addCleanup(self.delete)
        self.logs.create_log_stream(logGroupName=self.group, logStreamName="one")

    def delete(self):
        try:
            self.logs.delete_log_group(logGroupName=self.group)
        except self.logs.exceptions.ResourceNotFoundException:
            pass

    def put(self, messages, stream="one", start=NOW):
        return self.logs.put_log_events(
            logGroupName=self.group,
            logStreamName=stream,
            logEvents=[{"timestamp": start + i, "message": m} for i, m in enumerate(messages)],
        )

    def test_messages_come_back_byte_for_byte(self):
        messages = ['{"tag":"label_created","n":1.50}', "häß 🎉 \u2028 \\ \" \t", " two\nlines ", "x" * 200_000]
        answer = self.put(messages)
        self.assertTrue(answer["nextSequenceToken"])
        self.assertNotIn("rejectedLogEventsInfo", answer)
        events = self.logs.get_log_events(logGroupName=self.group, logStreamName="one", startFromHead=True)["events"]
        self.assertEqual([e["message"] for e in events], messages)
        self.assertEqual([e["timestamp"] for e in events], [NOW + i for i in range(4)])
        self.assertGreaterEqual(events[0]["ingestionTime"], NOW - 60_000)

    def test_paging_forward_and_back_sees_each_event_once(self):
        messages = [f"event {i}" for i in range(250)]
        self.put(messages)
        for from_head, token in ((True, "nextForwardToken"), (False, "nextBackwardToken")):
            pages, last, args = [], None, {}
            while True:
                page = self.logs.get_log_events(
                    logGroupName=self.group, logStreamName="one", limit=100, startFromHead=from_head, **args
                )
                pages.append([e["message"] for e in page["events"]])
                if page[token] == last:
                    break
                last = page[token]
                args = {"nextToken": last}
            if not from_head:
                pages.reverse()
            self.assertEqual([m for page in pages for m in page], messages)

    def test_new_events_come_after_the_same_token(self):
        self.put(["old"])
        page = self.logs.get_log_events(logGroupName=self.group, logStreamName="one", startFromHead=True)
        self.put(["new"], start=NOW + 10)
        page = self.logs.get_log_events(logGroupName=self.group, logStreamName="one", nextToken=page["nextForwardToken"])
        self.assertEqual([e["message"] for e in page["events"]], ["new"])

    def test_filter_pages_over_streams_by_time(self):
        self.logs.create_log_stream(logGroupName=self.group, logStreamName="two")
        self.put([f"ERROR {i}" if i % 2 else f"fine {i}" for i in range(0, 100)], "one", NOW)
        self.put([f"ERROR {i}" if i % 2 else f"fine {i}" for i in range(100, 200)], "two", NOW)
        pages = self.logs.get_paginator("filter_log_events").paginate(
            logGroupName=self.group, filterPattern="ERROR", PaginationConfig={"PageSize": 30}
        )
        events = [e for page in pages for e in page["events"]]
        self.assertEqual(len(events), 100)
        self.assertEqual(len({e["eventId"] for e in events}), 100)
        self.assertEqual([e["timestamp"] for e in events], sorted(e["timestamp"] for e in events))
        self.assertEqual({e["logStreamName"] for e in events}, {"one", "two"})

    def test_following_by_filter_as_the_command_line_does(self):
        # What aws logs tail --follow of version 2 sends: all pages, then again from the newest time on, without what it has had of that.
        since, known, shown = NOW, set(), []

        def ask(**more):
            nonlocal since
            token = {}
            while True:
                page = self.logs.filter_log_events(logGroupName=self.group, interleaved=True, startTime=since, **more, **token)
                fresh = [e for e in page["events"] if e["eventId"] not in known]
                known.update(e["eventId"] for e in fresh)
                shown.extend(e["message"] for e in fresh)
                if "nextToken" not in page:
                    break
                token = {"nextToken": page["nextToken"]}
            found = self.logs.filter_log_events(logGroupName=self.group, interleaved=True, startTime=since)["events"]
            since = max([since] + [e["timestamp"] for e in found])

        ask()
        self.assertEqual(shown, [])
        self.put([f"first {i}" for i in range(50)])
        ask(limit=7)
        self.assertEqual(shown, [f"first {i}" for i in range(50)])
        self.logs.create_log_stream(logGroupName=self.group, logStreamName="two")
        self.put(["of the same time", "later"], "two", NOW + 49)
        ask(limit=1)
        ask(logStreamNamePrefix="o")
        self.assertEqual(shown[50:], ["of the same time", "later"])
        self.put(["last"], "one", NOW + 60)
        ask(filterPattern="last")
        ask(logStreamNames=["one"])
        self.assertEqual(shown[52:], ["last"])

    def test_filter_reads_json(self):
        self.put(['{"status":200,"fn":"a"}', '{"status":503,"fn":"b"}'])
        found = self.logs.filter_log_events(logGroupName=self.group, filterPattern='{ $.status >= 500 && $.fn = "b" }')
        self.assertEqual([e["message"] for e in found["events"]], ['{"status":503,"fn":"b"}'])

    def test_events_out_of_the_window_are_named(self):
        day = 24 * 3600 * 1000
        answer = self.logs.put_log_events(
            logGroupName=self.group, logStreamName="one",
            logEvents=[{"timestamp": NOW - 15 * day, "message": "old"}],
        )
        self.assertEqual(answer["rejectedLogEventsInfo"]["tooOldLogEventEndIndex"], 1)
        answer = self.logs.put_log_events(
            logGroupName=self.group, logStreamName="one",
            logEvents=[{"timestamp": NOW, "message": "now"}, {"timestamp": NOW + 3 * 3600 * 1000, "message": "new"}],
        )
        self.assertEqual(answer["rejectedLogEventsInfo"]["tooNewLogEventStartIndex"], 1)
        events = self.logs.get_log_events(logGroupName=self.group, logStreamName="one")["events"]
        self.assertEqual([e["message"] for e in events], ["now"])

    def test_groups_are_described_in_pages(self):
        for i in range(5):
            name = f"{self.group}/{i}"
            self.logs.create_log_group(logGroupName=name)
            self.addCleanup(self.logs.delete_log_group, logGroupName=name)
        pages = self.logs.get_paginator("describe_log_groups").paginate(
            logGroupNamePrefix=self.group, PaginationConfig={"PageSize": 2}
        )
        groups = [g for page in pages for g in page["logGroups"]]
        self.assertEqual([g["logGroupName"] for g in groups], [self.group] + [f"{self.group}/{i}" for i in range(5)])
        self.assertTrue(groups[0]["arn"].endswith(f":log-group:{self.group}:*"))
        self.assertTrue(groups[0]["logGroupArn"].endswith(f":log-group:{self.group}"))

    def test_streams_are_described_by_name_and_by_last_event(self):
        for name in ("b", "a"):
            self.logs.create_log_stream(logGroupName=self.group, logStreamName=name)
            self.put([name], name, NOW + ord(name))
        names = [s["logStreamName"] for s in self.logs.describe_log_streams(logGroupName=self.group)["logStreams"]]
        self.assertEqual(names, ["a", "b", "one"])
        streams = self.logs.describe_log_streams(logGroupName=self.group, orderBy="LastEventTime", descending=True)["logStreams"]
        self.assertEqual([s["logStreamName"] for s in streams], ["b", "a", "one"])
        self.assertEqual(streams[0]["lastEventTimestamp"], NOW + ord("b"))
        self.assertTrue(streams[0]["uploadSequenceToken"])

    def test_retention_and_tags(self):
        self.logs.put_retention_policy(logGroupName=self.group, retentionInDays=30)
        group = self.logs.describe_log_groups(logGroupNamePrefix=self.group)["logGroups"][0]
        self.assertEqual(group["retentionInDays"], 30)
        self.logs.delete_retention_policy(logGroupName=self.group)
        self.assertNotIn("retentionInDays", self.logs.describe_log_groups(logGroupNamePrefix=self.group)["logGroups"][0])
        self.assertEqual(self.logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"], {"team": "labels", "größe": "ü"})
        self.logs.tag_resource(resourceArn=group["logGroupArn"], tags={"stage": "test"})
        self.logs.untag_resource(resourceArn=group["logGroupArn"], tagKeys=["größe"])
        self.assertEqual(self.logs.list_tags_log_group(logGroupName=self.group)["tags"], {"team": "labels", "stage": "test"})
        with self.assertRaises(self.logs.exceptions.InvalidParameterException):
            self.logs.put_retention_policy(logGroupName=self.group, retentionInDays=31)

    def test_metric_filters_are_kept_and_tested(self):
        self.logs.put_metric_filter(
            logGroupName=self.group, filterName="errors", filterPattern="ERROR",
            metricTransformations=[{"metricName": "Errors", "metricNamespace": "App", "metricValue": "1", "defaultValue": 0}],
        )
        found = self.logs.describe_metric_filters(logGroupName=self.group)["metricFilters"]
        self.assertEqual(found[0]["metricTransformations"][0]["defaultValue"], 0.0)
        matches = self.logs.test_metric_filter(filterPattern="[ip, status = 5*]", logEventMessages=["1.2.3.4 503", "1.2.3.4 200"])
        self.assertEqual([m["eventNumber"] for m in matches["matches"]], [0])
        self.assertEqual(matches["matches"][0]["extractedValues"]["$status"], "503")
        self.logs.delete_metric_filter(logGroupName=self.group, filterName="errors")
        self.assertEqual(self.logs.describe_metric_filters(logGroupName=self.group)["metricFilters"], [])

    def query(self, text, **args):
        """Runs a query as scripts do: start, ask until it has ended."""
        args = {"logGroupName": self.group, "startTime": NOW // 1000 - 60, "endTime": NOW // 1000 + 60, **args}
        query = self.logs.start_query(queryString=text, **args)["queryId"]
        while True:
            answer = self.logs.get_query_results(queryId=query)
            if answer["status"] not in ("Scheduled", "Running"):
                self.assertEqual(answer["status"], "Complete")
                return answer
            time.sleep(0.01)

    def test_a_query_answers(self):
        self.put([f'{{"level":"{"error" if i % 3 == 0 else "info"}","ms":{i}}}' for i in range(30)])
        answer = self.query("stats count(*) as n, avg(ms) by level | sort n asc")
        self.assertEqual(
            [{c["field"]: c["value"] for c in row} for row in answer["results"]],
            [{"level": "error", "n": "10", "avg(ms)": "13.5"}, {"level": "info", "n": "20", "avg(ms)": "15"}],
        )
        self.assertEqual(answer["statistics"]["recordsScanned"], 30.0)
        self.assertGreater(answer["statistics"]["bytesScanned"], 0)
        listed = self.logs.describe_queries(logGroupName=self.group, status="Complete")["queries"]
        self.assertEqual(len(listed), 1)
        self.assertIn("stats count(*)", listed[0]["queryString"])

    def test_a_row_leads_to_its_record(self):
        self.put(['{"level":"error","user":{"id":7}}', "plain ü\n"])
        rows = self.query("fields @timestamp, @message, user.id | sort @timestamp desc")["results"]
        self.assertEqual([c["field"] for c in rows[0]], ["@timestamp", "@message", "@ptr"])
        self.assertEqual([c["field"] for c in rows[1]], ["@timestamp", "@message", "user.id", "@ptr"])
        record = self.logs.get_log_record(logRecordPointer=rows[1][-1]["value"])["logRecord"]
        self.assertEqual(record["user.id"], "7")
        self.assertEqual(record["@timestamp"], str(NOW))
        self.assertTrue(record["@log"].endswith(":" + self.group))
        plain = self.logs.get_log_record(logRecordPointer=rows[0][-1]["value"])["logRecord"]
        self.assertEqual(plain["@message"], "plain ü\n")

    def test_a_mistake_in_a_query_has_a_place(self):
        with self.assertRaises(self.logs.exceptions.MalformedQueryException) as caught:
            self.query("fields @message | count()")
        place = caught.exception.response["queryCompileError"]["location"]
        self.assertEqual((place["startCharOffset"], place["endCharOffset"]), (18, 23))
        with self.assertRaisesRegex(self.logs.exceptions.ResourceNotFoundException, "does not exist for account ID"):
            self.query("limit 1", logGroupName=self.group + "x")
        query = self.logs.start_query(
            queryString="limit 1", logGroupIdentifiers=[self.group], startTime=NOW // 1000, endTime=NOW // 1000)["queryId"]
        while self.logs.get_query_results(queryId=query)["status"] != "Complete":
            time.sleep(0.01)
        with self.assertRaises(self.logs.exceptions.InvalidParameterException):
            self.logs.stop_query(queryId=query)

    def test_a_saved_query_is_called_and_looks_into_a_table(self):
        self.put(['{"user":"u1","ms":3}', '{"user":"u2","ms":30}'])
        name = "slow" + uuid.uuid4().hex
        saved = self.logs.put_query_definition(
            name=name, queryString="filter ms > {{least}}", parameters=[{"name": "least", "defaultValue": "10"}])["queryDefinitionId"]
        table = self.logs.create_lookup_table(lookupTableName=name, tableBody="id,name\nu1,Ann\nu2,Bob\n")["lookupTableArn"]
        for call, want in ((f"${name}()", ["Bob"]), (f"${name}(least = 1)", ["Ann", "Bob"])):
            rows = self.query(f"{call} | lookup {name} id as user OUTPUT name | fields name | sort name asc")["results"]
            self.assertEqual([row[0]["value"] for row in rows], want)
        listed = self.logs.describe_query_definitions(queryDefinitionNamePrefix=name)["queryDefinitions"]
        self.assertEqual(listed[0]["parameters"], [{"name": "least", "defaultValue": "10"}])
        self.logs.delete_lookup_table(lookupTableArn=table)
        self.assertTrue(self.logs.delete_query_definition(queryDefinitionId=saved)["success"])
        with self.assertRaises(self.logs.exceptions.MalformedQueryException) as caught:
            self.query(f"limit 1 | ${name}()")
        self.assertEqual(caught.exception.response["queryCompileError"]["location"]["startCharOffset"], 10)

    def test_a_scheduled_query_is_made_and_found(self):
        name = "daily" + uuid.uuid4().hex
        arn = self.logs.create_scheduled_query(
            name=name, queryLanguage="CWLI", queryString="stats count(*)", logGroupIdentifiers=[self.group], startTimeOffset=3600,
            scheduleExpression="cron(0 9 ? * MON-FRI *)", timezone="Europe/Berlin", executionRoleArn="arn:aws:iam::123456789012:role/r",
        )["scheduledQueryArn"]
        pages = self.logs.get_paginator("list_scheduled_queries").paginate(state="ENABLED")
        self.assertIn(name, [q["name"] for page in pages for q in page["scheduledQueries"]])
        self.assertEqual(self.logs.get_scheduled_query(identifier=arn)["timezone"], "Europe/Berlin")
        history = self.logs.get_scheduled_query_history(identifier=name, startTime=0, endTime=NOW)
        self.assertEqual(history["triggerHistory"], [])
        with self.assertRaises(self.logs.exceptions.ValidationException):
            self.logs.create_scheduled_query(
                name=name + "2", queryLanguage="CWLI", queryString="stats count(*)", scheduleExpression="daily", executionRoleArn="r")
        self.logs.delete_scheduled_query(identifier=name)

    def test_detectors_are_made_and_trained(self):
        self.put([f"request {i} done" for i in range(200)], start=NOW - 3600_000)
        group = self.logs.describe_log_groups(logGroupNamePrefix=self.group)["logGroups"][0]["logGroupArn"]
        arn = self.logs.create_log_anomaly_detector(logGroupArnList=[group], detectorName="mine")["anomalyDetectorArn"]
        while self.logs.get_log_anomaly_detector(anomalyDetectorArn=arn)["anomalyDetectorStatus"] != "ANALYZING":
            time.sleep(0.01)
        pages = self.logs.get_paginator("list_log_anomaly_detectors").paginate(filterLogGroupArn=group)
        self.assertEqual([d["anomalyDetectorArn"] for page in pages for d in page["anomalyDetectors"]], [arn])
        self.assertEqual(self.logs.list_anomalies(anomalyDetectorArn=arn)["anomalies"], [])
        self.logs.delete_log_anomaly_detector(anomalyDetectorArn=arn)
        with self.assertRaises(self.logs.exceptions.ResourceNotFoundException):
            self.logs.get_log_anomaly_detector(anomalyDetectorArn=arn)

    def test_an_export_has_the_events(self):
        self.put(["one", "two\nlines"])
        asked = {"logGroupName": self.group, "fromTime": NOW - 1000, "to": NOW + 3600_000}
        with self.assertRaisesRegex(self.logs.exceptions.InvalidParameterException, "The given bucket does not exist"):
            self.logs.create_export_task(destination="elsewhere", **asked)
        task_id = self.logs.create_export_task(destination="archive", destinationPrefix=self.group[1:], **asked)["taskId"]
        while True:
            task = self.logs.describe_export_tasks(taskId=task_id)["exportTasks"][0]
            if task["status"]["code"] not in ("PENDING", "RUNNING"):
                break
            time.sleep(0.01)
        self.assertEqual(task["status"], {"code": "COMPLETED", "message": "Completed successfully"})
        folder = os.path.join(os.environ["GROUNDWATCH_EXPORT_DIR"], "archive", self.group[1:], task_id, "one")
        with gzip.open(os.path.join(folder, "000000.gz"), "rt") as lines:
            self.assertEqual([line.partition(" ")[2] or line for line in lines], ["one\n", "two\n", "lines\n"])
        with self.assertRaises(self.logs.exceptions.InvalidOperationException):
            self.logs.cancel_export_task(taskId=task_id)

    def test_errors_are_awss(self):
        gone = self.logs.exceptions.ResourceNotFoundException
        with self.assertRaises(self.logs.exceptions.ResourceAlreadyExistsException) as caught:
            self.logs.create_log_group(logGroupName=self.group)
        self.assertEqual(caught.exception.response["Error"]["Message"], "The specified log group already exists")
        self.assertEqual(caught.exception.response["ResponseMetadata"]["HTTPStatusCode"], 400)
        self.assertTrue(caught.exception.response["ResponseMetadata"]["RequestId"])
        with self.assertRaisesRegex(gone, "The specified log stream does not exist."):
            self.put(["x"], "nowhere")
        with self.assertRaisesRegex(gone, "The specified log group does not exist."):
            self.logs.get_log_events(logGroupName=self.group + "x", logStreamName="one")
        with self.assertRaises(self.logs.exceptions.InvalidParameterException):
            self.logs.put_log_events(
                logGroupName=self.group, logStreamName="one",
                logEvents=[{"timestamp": NOW + 1, "message": "a"}, {"timestamp": NOW, "message": "b"}],
            )

    def test_a_group_made_again_is_empty(self):
        self.put(["old"])
        self.logs.delete_log_group(logGroupName=self.group)
        self.logs.create_log_group(logGroupName=self.group)
        self.assertEqual(self.logs.filter_log_events(logGroupName=self.group)["events"], [])
        self.assertEqual(self.logs.describe_log_streams(logGroupName=self.group)["logStreams"], [])

    def test_data_protection_and_transformers(self):
        ids = ["arn:aws:dataprotection::aws:data-identifier/EmailAddress"]
        policy = json.dumps({"Name": "p", "Version": "2021-06-01", "Statement": [
            {"DataIdentifier": ids, "Operation": {"Audit": {"FindingsDestination": {}}}},
            {"DataIdentifier": ids, "Operation": {"Deidentify": {"MaskConfig": {}}}},
        ]})
        self.logs.put_data_protection_policy(logGroupIdentifier=self.group, policyDocument=policy)
        self.put(['{"mail":"jo@example.com"}'])
        seen = self.logs.filter_log_events(logGroupName=self.group)["events"]
        self.assertEqual([e["message"] for e in seen], ['{"mail":"**************"}'])
        plain = self.logs.filter_log_events(logGroupName=self.group, unmask=True)["events"]
        self.assertEqual([e["message"] for e in plain], ['{"mail":"jo@example.com"}'])
        group = self.logs.describe_log_groups(logGroupNamePrefix=self.group)["logGroups"][0]
        self.assertEqual(group["dataProtectionStatus"], "ACTIVATED")
        config = [{"parseJSON": {}}, {"renameKeys": {"entries": [{"key": "a", "renameTo": "b"}]}}]
        self.logs.put_transformer(logGroupIdentifier=self.group, transformerConfig=config)
        got = self.logs.get_transformer(logGroupIdentifier=self.group)["transformerConfig"]
        self.assertEqual(got[1]["renameKeys"]["entries"][0]["renameTo"], "b")
        made = self.logs.test_transformer(transformerConfig=config, logEventMessages=['{"a":1}'])["transformedLogs"]
        self.assertEqual(made[0]["transformedEventMessage"], '{"b":1}')

    def test_compressed_requests(self):
        zipped = client(request_min_compression_size_bytes=1)
        zipped.describe_log_groups(logGroupNamePrefix=self.group)


if __name__ == "__main__":
    unittest.main()
