package clean

import (
	"os"
	"path/filepath"
	"testing"
)

func TestE2E(t *testing.T) {
	os.RemoveAll("/tmp/gwclean/e2e")
	in := filepath.Join("/tmp/gwclean/e2e", "in.log")
	writeInput(t, in, `{"time":"2018-03-29T14:40:23Z","orderID":1,"orderid":"x","user":{"id":"u","age":3},"@v`+"`"+`\"'\\":true,"dt":1.5,"":4}
{"time":"2018-03-28T14:40:23Z","dt":2.5}
{"orderID":2}
`)
	for _, to := range Formats() {
		for _, split := range Splits() {
			dir := filepath.Join("/tmp/gwclean/e2e/it's clean", to+"-"+split)
			r := mustRun(t, Options{Inputs: []string{in}, Dir: dir, To: to, Split: split, Survey: true})
			for _, e := range Engines() {
				d, err := r.DDL(e, "my \"logs\"")
				if err != nil {
					t.Fatal(err)
				}
				os.WriteFile("/tmp/gwclean/e2e/"+to+"-"+split+"."+e+".sql", []byte(d), 0o644)
			}
		}
	}
}
