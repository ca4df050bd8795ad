package logs

// A Delivery is events for the destination of a subscription filter.
type Delivery struct {
	Account, Region string // of the group
	Group, Stream   string
	Filter          string
	DestinationARN  string
	RoleARN         string // "" for functions and destinations
	Distribution    string // "ByLogStream" or "Random"
	Events          []DeliveredEvent
}

// A DeliveredEvent is one of a Delivery.
type DeliveredEvent struct {
	ID      string
	Time    int64 // ms
	Message string
}
