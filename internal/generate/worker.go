package generate

import "strconv"

// A job is one kind of queue message and the two tags that its outcome gets.
type job struct {
	queue     string
	done, msg string
	failed    string
	sorry     string // message of a failure
	exception string
	counter   string
	median    int // hundredths of a millisecond
}

var jobs = []job{
	{"mail", "email_sent", "email sent", "email_failed", "email not sent", "SmtpTimeoutException", "emailsSent", 18_000},
	{"mail", "digest_sent", "digest sent", "digest_failed", "digest not sent", "TemplateException", "digestsSent", 42_000},
	{"stories", "story_updated", "story updated", "story_update_failed", "story not updated", "OptimisticLockException", "storiesUpdated", 2300},
	{"stories", "story_indexed", "story indexed", "story_index_failed", "story not indexed", "SearchUnavailableException", "storiesIndexed", 5100},
	{"billing", "invoice_rendered", "invoice rendered", "invoice_render_failed", "invoice not rendered", "FontMissingException", "invoicesRendered", 64_000},
	{"billing", "payment_charged", "payment charged", "payment_failed", "payment not charged", "CardDeclinedException", "paymentsCharged", 37_000},
	{"images", "thumbnail_made", "thumbnail made", "thumbnail_failed", "thumbnail not made", "OutOfMemoryException", "thumbnailsMade", 88_000},
}

// worker writes the events of queue workers: JSON with a tag for each outcome, and for one failure in
// four the plain stack trace that a library printed, its lines in one event.
func (p *producer) worker() error {
	var pods [4]*stream
	for i := range pods {
		pods[i] = &stream{"/worker/prod", "worker-" + string(p.random.hex(nil, 9)) + "/" + strconv.Itoa(i)}
	}
	for {
		if ok, err := p.more(); !ok {
			return err
		}
		ms, incident := p.clock.at(p.made)
		pod, j := pick(p.random, pods[:]), &jobs[p.random.below(len(jobs))]
		failed := p.random.permille(30) || incident && p.random.permille(250)
		p.text = p.jobEvent(p.text[:0], j, ms, failed)
		if err := p.emit(pod, ms); err != nil {
			return err
		}
		if !failed || p.random.below(4) > 0 {
			continue
		}
		p.text = p.stackTrace(p.text[:0], j, ms)
		if err := p.emit(pod, ms); err != nil {
			return err
		}
	}
}

func (p *producer) jobEvent(b []byte, j *job, ms int64, failed bool) []byte {
	level, tag, msg := "info", j.done, j.msg
	if failed {
		level, tag, msg = "error", j.failed, j.sorry
	}
	b = p.clock.stamp(append(b, `{"time":"`...), ms)
	b = field(b, "level", level)
	b = field(b, "tag", tag)
	b = field(b, "msg", msg)
	b = field(b, "queue", j.queue)
	b = append(b, `","env":"prod`...)
	b = p.random.uuid(append(b, `","jobId":"`...))
	b = padded(append(b, `","userId":"u-`...), p.random.below(250_000), 6)
	b = padded(append(b, `","orgId":"org-`...), p.random.below(400), 4)
	b = strconv.AppendInt(append(b, `","attempt":`...), int64(1+p.random.below(20)/18), 10)
	b = strconv.AppendInt(append(b, `,"waitMs":`...), int64(p.random.logNormal(120, 500)), 10)
	b = hundredths(append(b, `,"durationMs":`...), p.random.logNormal(j.median, 200))
	if failed {
		b = append(append(b, `,"error":"`...), j.exception...)
		return append(b, `"}`...)
	}
	b = append(append(b, `,"`...), j.counter...)
	return append(b, `":1}`...)
}

func (p *producer) stackTrace(b []byte, j *job, ms int64) []byte {
	b = append(p.clock.stamp(b, ms), " ERROR com.example."...)
	b = append(append(b, j.queue...), '.')
	b = append(append(b, j.exception...), ": "...)
	b = append(b, j.sorry...)
	for range 3 + p.random.below(6) {
		b = append(append(b, "\n\tat com.example."...), j.queue...)
		b = strconv.AppendInt(append(b, ".Worker.run(Worker.java:"...), int64(20+p.random.below(400)), 10)
		b = append(b, ')')
	}
	return b
}
