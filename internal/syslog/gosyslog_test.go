//go:build !windows && !plan9

package syslog

import (
	"errors"
	"log/syslog"
	"strings"
	"testing"
)

func TestGoSyslog(t *testing.T) {
	h := open(t)
	for _, network := range []string{"tcp", "udp"} {
		w, err := syslog.Dial(network, h.address(), syslog.LOG_LOCAL3, "prog")
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(w.Err("häß over "+network+"\n"), w.Close()); err != nil {
			t.Fatal(err)
		}
		h.saw(t, "received "+network)
	}
	h.stop()
	got := h.texts("g")
	for _, e := range got {
		if !strings.Contains(e, `"facility":"local3","facilityCode":19,"severity":"err","severityCode":3,"timestamp":"`) || !strings.Contains(e, `"appName":"prog","procId":"`) || !strings.Contains(e, `"message":"häß over `) {
			t.Errorf("stored: %s", e)
		}
	}
	if len(got) != 2 {
		t.Errorf("stored: %q, want two", got)
	}
}
