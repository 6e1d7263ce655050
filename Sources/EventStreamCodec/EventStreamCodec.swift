/// Event-stream messages and the functions for bytes and checksums. They are a module of their own so that a program that only
/// needs messages links nothing else.
@_exported import EventStreamMessages
