package main

import "testing"

func TestWithoutUnused(t *testing.T) {
	const body = "\n\nfunc f() { context.TODO(); slog.Info(\"a\") }\n"
	for _, tt := range []struct{ name, before, after, want string }{
		{"all are used",
			"package x\n\nimport (\n\t\"context\"\n\t\"log/slog\"\n)" + body,
			"package x\n\nimport (\n\t\"context\"\n\t\"log/slog\"\n)" + body,
			"package x\n\nimport (\n\t\"context\"\n\t\"log/slog\"\n)" + body},
		{"one is left over",
			"package x\n\nimport (\n\t\"context\"\n\t\"log/slog\"\n)" + body,
			"package x\n\nimport (\n\t\"context\"\n\t\"log/slog\"\n)\n\nfunc f() { slog.Info(\"a\") }\n",
			"package x\n\nimport (\n\t\"log/slog\"\n)\n\nfunc f() { slog.Info(\"a\") }\n"},
		{"the only one is left over",
			"package x\n\nimport \"context\"\n\nvar c = context.TODO()\n",
			"package x\n\nimport \"context\"\n\nvar c = 1\n",
			"package x\n\n\nvar c = 1\n"},
		{"under a name of its own",
			"package x\n\nimport (\n\tc \"context\" // why\n\t\"io\"\n)\n\nvar a, b = c.TODO(), io.EOF\n",
			"package x\n\nimport (\n\tc \"context\" // why\n\t\"io\"\n)\n\nvar a, b = 1, io.EOF\n",
			"package x\n\nimport (\n\t\"io\"\n)\n\nvar a, b = 1, io.EOF\n"},
		{"imported for its effect",
			"package x\n\nimport _ \"embed\"\n",
			"package x\n\nimport _ \"embed\"\n\nvar a = 1\n",
			"package x\n\nimport _ \"embed\"\n\nvar a = 1\n"},
		{"not used before either",
			"package x\n\nimport \"context\"\n",
			"package x\n\nimport \"context\"\n\nvar a = 1\n",
			"package x\n\nimport \"context\"\n\nvar a = 1\n"},
	} {
		got, err := withoutUnused([]byte(tt.before), []byte(tt.after))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: withoutUnused(%q, %q) = %q, %v, want %q", tt.name, tt.before, tt.after, got, err, tt.want)
		}
	}
}
