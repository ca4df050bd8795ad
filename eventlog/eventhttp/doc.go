// Package eventhttp writes one event for each HTTP request, on the serving and on the calling side. It leaves routing,
// retries and answers to its users, and ids to package correlation.
//
// # Serving
//
//	mux := http.NewServeMux()
//	mux.HandleFunc("GET /labels/{id}", label)
//	http.ListenAndServe(addr, eventhttp.Middleware(mux, eventhttp.Options{}))
//
// writes, when a request is over:
//
//	{"time":"…","level":"info","tag":"request_served","request_id":"…","correlation_id":"…","duration_ms":3.2,"outcome":"ok",
//	 "method":"GET","route":"/labels/{id}","status":200,"bytes_in":0,"bytes_out":512,"ttfb_ms":3.1,"client_ip":"…","user_agent":"…"}
//
// Handlers and what they call add fields to it with eventlog.Set, and say with [SetError] why a request failed.
//
// # What counts as failed
//
// A status of 500 and above is request_failed at level error: the service did not do what it is there for. A status
// below is request_served at level info, 4xx too: the client's mistakes are not the service's, and a scanner must not
// raise alarms; status tells them apart. A client that left before the end is request_served with client_gone, and
// with status 499, as nginx has it, unless it got an answer. A panic is request_failed with error_stack and
// outcome panicked, and goes on to net/http, which ends the connection.
//
// # Calling
//
//	client := &http.Client{Transport: eventhttp.Transport(nil, eventhttp.TransportOptions{})}
//
// writes http_request_sent or http_request_failed when the response's body was read or closed, and passes the ids of
// the request's context on. It never writes a query string, a path or a user's name and password.
package eventhttp
