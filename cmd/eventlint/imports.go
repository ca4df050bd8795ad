package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"

	"golang.org/x/tools/go/ast/astutil"
)

// withoutUnused returns the file after without the imports that before used and that nothing in it uses
// any more: a fix that takes away the last use of a package must leave a file that compiles.
func withoutUnused(before, after []byte) ([]byte, error) {
	old, err := parser.ParseFile(token.NewFileSet(), "", before, 0)
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	tree, err := parser.ParseFile(files, "", after, 0)
	if err != nil {
		return nil, err
	}
	for _, d := range slices.Backward(tree.Decls) {
		imports, ok := d.(*ast.GenDecl)
		if !ok || imports.Tok != token.IMPORT {
			continue
		}
		for _, s := range slices.Backward(imports.Specs) {
			spec := s.(*ast.ImportSpec)
			path, err := strconv.Unquote(spec.Path.Value)
			if err != nil || !astutil.UsesImport(old, path) || astutil.UsesImport(tree, path) {
				continue
			}
			var gone ast.Node = spec
			if len(imports.Specs) == 1 {
				gone = imports
			}
			after = withoutLines(after, files.Position(gone.Pos()).Offset, files.Position(gone.End()).Offset)
		}
	}
	return after, nil
}

// withoutLines returns text without the lines that the bytes from start to end stand on.
func withoutLines(text []byte, start, end int) []byte {
	start = bytes.LastIndexByte(text[:start], '\n') + 1
	if i := bytes.IndexByte(text[end:], '\n'); i >= 0 {
		end += i + 1
	} else {
		end = len(text)
	}
	return slices.Concat(text[:start], text[end:])
}
