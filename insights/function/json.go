package function

import "github.com/groundwatch/groundwatch/column"

// jsonFunctions are the functions of JSON and structure (operations-functions).
var jsonFunctions = []Scalar{
	{Name: "jsonParse", Min: 1, Max: 1, Usage: "jsonParse(s)",
		Doc:  "The map or list that the text s holds as JSON; nothing if it holds anything else. Members are read with m.key and l[0].",
		Eval: jsonParse},
	{Name: "jsonStringify", Min: 1, Max: 1, Usage: "jsonStringify(v)",
		Doc: "The JSON text of a map, a list or any other value.", Eval: jsonStringify},
	{Name: "jsonArraySize", Min: 1, Max: 1, Usage: "jsonArraySize(list)",
		Doc: "The number of elements of a list or of the text of a JSON array; nothing for anything else.", Eval: jsonArraySize},
	{Name: "jsonArrayContains", Min: 2, Max: 2, Usage: "jsonArrayContains(list, value)",
		Doc:  "1 if a list, or the text of a JSON array, has an element equal to value, else 0. Letters must agree in case.",
		Eval: jsonArrayContains},
}

func jsonParse(_ *Env, args []column.Value) column.Value {
	switch args[0].Kind() {
	case column.JSON:
		return args[0]
	case column.String:
		return ParseJSON(args[0].Str())
	}
	return column.Value{}
}

func jsonStringify(_ *Env, args []column.Value) column.Value {
	switch v := args[0]; v.Kind() {
	case column.Null:
		return v
	case column.JSON:
		return column.StringValue(v.Str())
	default:
		return column.StringValue(stringOf(appendJSON(nil, v)))
	}
}

func jsonArraySize(_ *Env, args []column.Value) column.Value {
	n := int64(0)
	ok := elements(args[0], func(column.Value) bool { n++; return true })
	if !ok {
		return column.Value{}
	}
	return column.IntValue(n)
}

func jsonArrayContains(_ *Env, args []column.Value) column.Value {
	if args[1].IsNull() {
		return column.Value{}
	}
	found := false
	elements(args[0], func(v column.Value) bool {
		found = Compare(Eq, v, args[1]) == True
		return !found
	})
	return column.BoolValue(found)
}
