"""Events, exceptions and errors: headers that mean something to services, and nothing to a decoder."""

from .outcomes import accepted
from .wire import Header, Message, compact, integer, long, string, timestamp


def headers_of(fields):
    return tuple(Header(name, string(value)) for name, value in fields.items())


def event(event_type, payload=b"", content_type=None):
    """An event with its headers in the order of most services: the message type last."""
    content = {":content-type": content_type} if content_type else {}
    return Message(headers_of({":event-type": event_type, **content, ":message-type": "event"}), payload)


def json_event(event_type, value, content_type="application/json"):
    return event(event_type, compact(value).encode(), content_type)


def exception(exception_type, value):
    fields = {":exception-type": exception_type, ":content-type": "application/json", ":message-type": "exception"}
    return Message(headers_of(fields), compact(value).encode())


def error_message(code, text_for_people=None):
    described = {":error-message": text_for_people} if text_for_people else {}
    return Message(headers_of({":error-code": code, **described, ":message-type": "error"}))


def meaning_vectors():
    ping, pong = json_event("Ping", {"n": 1}), json_event("Pong", {"n": 2})
    failed = exception("ValidationException", {"message": "no such thing"})
    yield accepted("meaning-exception-last", ping, pong, failed)
    yield accepted("meaning-exception-in-the-middle", ping, failed, pong)
    yield accepted("meaning-error-last", ping, error_message("InternalError", "We encountered an internal error."))
    yield accepted("meaning-error-without-message", error_message("InternalError"))
    yield accepted("meaning-unknown-event-type", ping, json_event("AddedNextYear", {"n": 3}), pong)
    yield accepted("meaning-unknown-message-type", Message(headers_of({":message-type": "heartbeat"})), ping)
    yield accepted("meaning-no-message-type", Message(headers_of({":event-type": "Ping"}), b"{}"), pong)
    yield accepted("meaning-no-event-type", Message(headers_of({":message-type": "event"}), b"{}"), pong)
    yield accepted("meaning-message-type-not-a-string", Message((Header(":message-type", integer(1)),), b"{}"))
    yield accepted("meaning-message-type-in-upper-case", Message(headers_of({":Message-Type": "event"}), b"{}"))
    yield accepted("meaning-initial-request", json_event("initial-request", {"name": "a"}), ping)
    yield accepted("meaning-initial-response-late", ping, json_event("initial-response", {}), pong)
    yield accepted("meaning-event-without-content-type", event("Ping"))
    orders = [ping.headers[index:] + ping.headers[:index] for index in range(len(ping.headers))]
    yield accepted("meaning-headers-in-any-order", *(Message(order, ping.payload) for order in orders))
    modelled = (Header("sequence", long(7)), Header("at", timestamp(1_700_000_000_000)))
    yield accepted("meaning-event-with-modelled-headers", Message(ping.headers + modelled, ping.payload))
