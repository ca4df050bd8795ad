package generate

import "strconv"

// A route is one endpoint of the sample shop.
type route struct {
	fn, pkg, service string
	method, path     string
	id               int    // bound of the number after path; 0 means none
	median           int    // duration in hundredths of a millisecond
	msg              string // what is said when it went well
	counter          string // a field that counts what was done; "" means none
}

// routes are taken in proportion to routeWeights.
var routes = [...]route{
	{"ListProducts", "catalog", "catalog-api", "GET", "/v1/products", 0, 1800, "products listed", ""},
	{"GetProduct", "catalog", "catalog-api", "GET", "/v1/products/", 40_000, 420, "product read", ""},
	{"SearchProducts", "search", "catalog-api", "GET", "/v1/search", 0, 6500, "products searched", ""},
	{"GetStock", "stock", "catalog-api", "GET", "/v1/stock/", 40_000, 310, "stock read", ""},
	{"GetCart", "cart", "orders-api", "GET", "/v1/carts/", 900_000, 510, "cart read", ""},
	{"AddToCart", "cart", "orders-api", "POST", "/v1/carts/", 900_000, 930, "item added to cart", "itemsAdded"},
	{"RemoveFromCart", "cart", "orders-api", "DELETE", "/v1/carts/", 900_000, 870, "item removed from cart", ""},
	{"CreateOrder", "orders", "orders-api", "POST", "/v1/orders", 0, 4200, "order created", "ordersCreated"},
	{"GetOrder", "orders", "orders-api", "GET", "/v1/orders/", 5_000_000, 640, "order read", ""},
	{"CancelOrder", "orders", "orders-api", "POST", "/v1/orders/cancel/", 5_000_000, 2900, "order cancelled", "ordersCancelled"},
	{"ChargeCard", "payment", "payments-api", "POST", "/v1/payments", 0, 31_000, "card charged", "cardsCharged"},
	{"RefundCard", "payment", "payments-api", "POST", "/v1/refunds", 0, 27_000, "card refunded", "cardsRefunded"},
	{"CreateLabel", "shipping", "shipping-api", "POST", "/v1/labels", 0, 15_500, "shipping label created", "shippingLabelsCreated"},
	{"TrackParcel", "shipping", "shipping-api", "GET", "/v1/parcels/", 3_000_000, 5200, "parcel tracked", ""},
	{"SignIn", "users", "users-api", "POST", "/v1/session", 0, 9800, "user signed in", "signIns"},
	{"SignOut", "users", "users-api", "DELETE", "/v1/session", 0, 300, "user signed out", ""},
	{"GetProfile", "users", "users-api", "GET", "/v1/users/", 250_000, 380, "profile read", ""},
	{"UpdateProfile", "users", "users-api", "PUT", "/v1/users/", 250_000, 1250, "profile updated", "profilesUpdated"},
	{"SendReceipt", "mail", "mail-worker", "POST", "/internal/receipts", 0, 12_000, "receipt sent", "receiptsSent"},
	{"Health", "server", "orders-api", "GET", "/healthz", 0, 40, "health checked", ""},
}

// routeWeights says how often each route is taken, in parts of its sum.
var routeWeights = [len(routes)]int{130, 160, 70, 90, 90, 60, 14, 24, 70, 4, 22, 3, 16, 44, 30, 12, 60, 9, 20, 72}

// A failure is what goes wrong with a request.
type failure struct {
	status int
	msg    string
	err    string // the error field; "" means none
}

var webErrors = []failure{
	{500, "order not stored", "pq: deadlock detected"},
	{500, "template not rendered", "template: receipt.html:41: nil pointer evaluating *orders.Order.Total"},
	{502, "upstream answered badly", "payments-api: read tcp 10.0.3.17:41022->10.0.9.4:443: connection reset by peer"},
	{503, "upstream not reachable", "dial tcp 10.0.9.4:443: connect: connection refused"},
	{504, "request timed out", "context deadline exceeded"},
}

var webWarnings = []failure{
	{400, "request not understood", "json: cannot unmarshal string into Go struct field Item.quantity of type int"},
	{401, "session expired", ""},
	{402, "card declined", "card_declined"},
	{404, "not found", ""},
	{409, "version conflict", "order was changed by somebody else"},
	{429, "too many requests", ""},
	{200, "slow query", ""},
}

var webVersions = []string{"4.17.3", "4.18.0", "4.18.1", "4.18.2"}

// weighted spreads indexes over 1,024 places in proportion to weights.
func weighted(weights []int) (places [1024]uint8) {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	done, at := 0, 0
	for i, w := range weights {
		for done += w; at < done*len(places)/sum; at++ {
			places[at] = uint8(i)
		}
	}
	return places
}

// webStreams is the number of hosts of the shop.
const webStreams = 8

// web writes one JSON event per request of a shop, about 390 bytes each: one in twenty an error, more
// during the incident, one in ten a warning.
func (p *producer) web() error {
	places := weighted(routeWeights[:])
	var hosts [webStreams]*stream
	for i := range hosts {
		hosts[i] = &stream{"/shop/prod", "shop/i-0" + string(p.random.hex(nil, 16))}
	}
	for {
		if ok, err := p.more(); !ok {
			return err
		}
		ms, incident := p.clock.at(p.made)
		p.text = p.webEvent(p.text[:0], &routes[places[p.random.below(1024)]], ms, incident)
		if err := p.emit(pick(p.random, hosts[:]), ms); err != nil {
			return err
		}
	}
}

// outcome draws a level and what went wrong; 4 % errors are 5 % with those of the incident.
func (p *producer) outcome(incident bool) (level string, f failure) {
	errors := 40
	if incident {
		errors = 280
	}
	switch n := p.random.below(1000); {
	case n < errors && incident:
		return "error", webErrors[2+p.random.below(3)]
	case n < errors:
		return "error", pick(p.random, webErrors)
	case n < errors+100:
		return "warn", pick(p.random, webWarnings)
	case n < errors+140:
		return "debug", failure{status: 200}
	}
	return "info", failure{status: 200}
}

func (p *producer) webEvent(b []byte, r *route, ms int64, incident bool) []byte {
	level, f := p.outcome(incident)
	msg := r.msg
	if f.msg != "" {
		msg = f.msg
	}
	b = p.clock.stamp(append(b, `{"time":"`...), ms)
	b = field(b, "level", level)
	b = field(b, "msg", msg)
	b = field(b, "service", r.service)
	b = append(b, `","env":"prod","version":"`...)
	b = append(b, pick(p.random, webVersions)...)
	b = field(b, "fn", r.fn)
	b = field(b, "pkg", r.pkg)
	b = p.random.uuid(append(b, `","requestId":"`...))
	b = padded(append(b, `","userId":"u-`...), p.random.below(250_000), 6)
	b = padded(append(b, `","orgId":"org-`...), p.random.below(400), 4)
	b = field(b, "method", r.method)
	b = field(b, "path", r.path)
	if r.id > 0 {
		b = strconv.AppendInt(b, int64(p.random.below(r.id)), 10)
	}
	b = strconv.AppendInt(append(b, `","status":`...), int64(f.status), 10)
	b = p.webNumbers(b, r, f, level)
	if f.err != "" {
		b = strconv.AppendQuote(append(b, `,"error":`...), f.err)
	}
	return append(b, '}')
}

// webNumbers appends duration, size, the counter and the trace of a request.
func (p *producer) webNumbers(b []byte, r *route, f failure, level string) []byte {
	median := r.median
	switch {
	case f.status == 504 || f.msg == "slow query":
		median = 300_000
	case level == "error":
		median *= 3
	}
	b = hundredths(append(b, `,"durationMs":`...), p.random.logNormal(median, 230))
	b = strconv.AppendInt(append(b, `,"bytes":`...), int64(p.random.logNormal(1900, 400)), 10)
	if r.counter != "" && f.status == 200 {
		b = append(append(b, `,"`...), r.counter...)
		b = strconv.AppendInt(append(b, `":`...), int64(1+p.random.below(4)/3), 10)
	}
	b = p.random.hex(append(b, `,"traceId":"1-`...), 8)
	return append(p.random.hex(append(b, '-'), 24), '"')
}

// field ends a text value and begins the next: ","name":"value.
func field(b []byte, name, value string) []byte {
	b = append(append(b, `","`...), name...)
	return append(append(b, `":"`...), value...)
}
