package correlation

// FromSQS returns the ids of a message: from the attribute [Attribute], else from attributes named like the HTTP
// headers in lower case, as other tools write them. attributes are the message's own, with their string values; system
// are those that the service adds, of which [TraceAttribute] is read. Either may be nil. It serves messages of SNS in
// raw delivery as well, since their attributes become the message's.
func FromSQS(attributes, system map[string]string) IDs {
	return fromAttributes(func(name string) string { return attributes[name] }, system[TraceAttribute])
}

func fromAttributes(get func(string) string, trace string) IDs {
	if text := get(Attribute); text != "" {
		return unpackText([]byte(text)).unpack(trace)
	}
	p := packed{
		CorrelationID: get("x-correlation-id"), RequestID: get("x-request-id"), Traceparent: get("traceparent"),
		TraceState: get("tracestate"), XRay: get("x-amzn-trace-id"), Debug: get("debug-log-enabled"),
	}
	return p.unpack(trace)
}

// ToSQS puts i into a message's attributes, as the one [Attribute], and into its system attributes, as
// [TraceAttribute]. It reports whether both found room: a message that has [MaxAttributes] already gets no further one,
// but still the trace. A nil map is left out. SQS lets a sender set both on SendMessage and SendMessageBatch.
func (i IDs) ToSQS(attributes, system map[string]string) bool {
	if header := i.XRayHeader(); header != "" && system != nil {
		system[TraceAttribute] = header
	}
	if attributes == nil {
		return true
	}
	return i.addTo(attributes)
}

func (i IDs) addTo(attributes map[string]string) bool {
	if _, has := attributes[Attribute]; !has && len(attributes) >= MaxAttributes {
		return false
	}
	if text := i.packText(); text != "{}" {
		attributes[Attribute] = text
	}
	return true
}
