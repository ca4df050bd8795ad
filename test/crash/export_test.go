//go:build linux

package crash

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// exportBucket is the folder that exports go to.
const exportBucket = "kept"

// Exporting is what is known of export tasks.
type exporting struct {
	known   map[string]bool // tasks that were acknowledged or seen; true: it was looked at what they left
	checked int             // tasks whose events were all there
	resumed int             // of them, those that ran when a server began
}

type exportTask struct {
	ID     string `json:"taskId"`
	Status struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	} `json:"status"`
}

func (k *keeper) tasks(p *process) ([]exportTask, error) {
	var out struct {
		Tasks []exportTask `json:"exportTasks"`
	}
	return out.Tasks, k.ask(p, "DescribeExportTasks", object{}, &out)
}

// export makes a task if none is active.
func (k *keeper) export(p *process) error {
	var active struct {
		Tasks []exportTask `json:"exportTasks"`
	}
	for _, status := range []string{"PENDING", "RUNNING"} {
		if answered, err := k.call(p, "DescribeExportTasks", "", object{"statusCode": status}, &active); !answered || len(active.Tasks) > 0 {
			return err
		}
	}
	var out struct {
		ID string `json:"taskId"`
	}
	answered, err := k.call(p, "CreateExportTask", "", object{"logGroupName": keptGroup, "from": 0, "to": tooNewFor, "destination": exportBucket}, &out)
	var no *refusal
	if errors.As(err, &no) && no.code == "LimitExceededException" {
		return nil // it began between the two questions
	}
	if answered {
		k.know(out.ID)
	}
	return err
}

func (k *keeper) know(id string) {
	if k.exports.known == nil {
		k.exports.known = map[string]bool{}
	}
	if _, ok := k.exports.known[id]; !ok {
		k.exports.known[id] = false
	}
}

// lookAtExports looks at what tasks have left that have completed. One that has failed is an error: the group and the folder are there.
func (k *keeper) lookAtExports(p *process) error {
	tasks, err := k.tasks(p)
	if err != nil {
		return err
	}
	at := map[string]exportTask{}
	for _, t := range tasks {
		k.know(t.ID)
		at[t.ID] = t
	}
	for id, looked := range k.exports.known {
		if looked {
			continue
		}
		t, ok := at[id]
		switch {
		case !ok && len(tasks) < 50: // a page
			return fmt.Errorf("export task %s is missing", id)
		case !ok, t.Status.Code == "PENDING":
		case t.Status.Code == "RUNNING":
			k.exports.resumed++
		case t.Status.Code != "COMPLETED":
			return fmt.Errorf("export task %s is %s: %s", id, t.Status.Code, t.Status.Message)
		default:
			if err := k.lookAtObjects(id); err != nil {
				return fmt.Errorf("export task %s: %w", id, err)
			}
			k.exports.known[id] = true
			k.exports.checked++
		}
	}
	return nil
}

// exported tells whether no task is active any more.
func (k *keeper) exported(p *process) (bool, error) {
	tasks, err := k.tasks(p)
	return err == nil && !slices.ContainsFunc(tasks, func(t exportTask) bool { return t.Status.Code == "PENDING" || t.Status.Code == "RUNNING" }), err
}

// lookAtObjects compares the objects of a task with the events of the group, and removes them.
func (k *keeper) lookAtObjects(id string) error {
	dir := filepath.Join(k.exportDir, exportBucket, "exportedlogs", id)
	got := map[string][]stored{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if !strings.HasSuffix(path, ".gz") {
			return fmt.Errorf("file %s was left", path)
		}
		folder := filepath.Base(filepath.Dir(path))
		events, err := objectEvents(path)
		got[folder] = append(got[folder], events...)
		return err
	})
	if err != nil {
		return err
	}
	want := map[string][]stored{}
	for _, s := range k.groups[0].streams {
		folder := strings.ReplaceAll(s.name, "/", "-")
		for _, b := range s.batches {
			for i := range b.n {
				if b.fate == done {
					want[folder] = append(want[folder], stored{number: b.first + i, time: b.time + i*b.step})
				}
			}
		}
	}
	byNumber := func(a, b stored) int { return cmp.Compare(a.number, b.number) }
	for folder := range want {
		slices.SortFunc(want[folder], byNumber)
		slices.SortFunc(got[folder], byNumber)
		if !slices.Equal(got[folder], want[folder]) {
			return fmt.Errorf("folder %s has %d events, want %d, each once", folder, len(got[folder]), len(want[folder]))
		}
		delete(got, folder)
	}
	if len(got) > 0 {
		return fmt.Errorf("there are %d folders more than streams", len(got))
	}
	return os.RemoveAll(dir)
}

// objectEvents returns the events of an object. The messages of this package are of one line each.
func objectEvents(path string) ([]stored, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	gz, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var events []stored
	lines := bufio.NewScanner(gz)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		at, message, _ := strings.Cut(lines.Text(), " ")
		when, err := time.Parse(time.RFC3339Nano, at)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		n, err := numberOf(message)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		events = append(events, stored{number: n, time: when.UnixMilli()})
	}
	return events, lines.Err()
}
