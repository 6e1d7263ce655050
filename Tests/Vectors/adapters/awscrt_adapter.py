#!/usr/bin/env python3
"""The adapter for aws-c-event-stream's streaming decoder, in PyPI's awscrt.

awscrt has no interface to it for Python. The decoder is a static function of awscrt's extension module, which is found through
the symbol table of the module's file (ELF, 64 bits).
"""

import ctypes
import os
import struct
import sys

import _awscrt
import awscrt

from adapter import Unread, base64_text, serve

TYPES = ["boolean", "boolean", "byte", "short", "integer", "long", "byteArray", "string", "timestamp", "uuid"]


def symbols(path):
    """Returns the addresses of all symbols of a shared library, relative to where it is loaded."""
    with open(path, "rb") as file:
        data = file.read()
    start, = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, start + index * size) for index in range(count)]
    result = {}
    for _, kind, _, _, offset, length, link, _, _, entry in sections:
        if kind != 2:  # SHT_SYMTAB
            continue
        names = sections[link][4]
        for position in range(offset, offset + length, entry):
            name, _, _, section, value, _ = struct.unpack_from("<IBBHQQ", data, position)
            if section and value:
                result[data[names + name : data.index(b"\0", names + name)].decode()] = value
    return result


def base(path):
    """Returns the address at which a library is loaded."""
    with open("/proc/self/maps") as maps:
        return min(int(line.split("-")[0], 16) for line in maps if line.rstrip().endswith(path))


class Buffer(ctypes.Structure):
    """struct aws_byte_buf"""

    _fields_ = [("len", ctypes.c_size_t), ("buffer", ctypes.c_void_p), ("capacity", ctypes.c_size_t), ("allocator", ctypes.c_void_p)]

    def bytes(self):
        return ctypes.string_at(self.buffer, self.len) if self.len else b""


path = os.path.realpath(_awscrt.__file__)
found = symbols(path)
loaded = base(path)
if "aws_event_stream_streaming_decoder_pump" not in found:
    sys.exit("awscrt_adapter.py: found no symbol of the decoder in awscrt's extension module")


def function(name, result, *arguments):
    return ctypes.CFUNCTYPE(result, *arguments)(loaded + found[name])


pointer = ctypes.c_void_p
PayloadCallback = ctypes.CFUNCTYPE(None, pointer, ctypes.POINTER(Buffer), ctypes.c_int8, pointer)
PreludeCallback = ctypes.CFUNCTYPE(None, pointer, pointer, pointer)
HeaderCallback = ctypes.CFUNCTYPE(None, pointer, pointer, pointer, pointer)
CompleteCallback = ctypes.CFUNCTYPE(None, pointer, ctypes.c_uint32, pointer)
ErrorCallback = ctypes.CFUNCTYPE(None, pointer, pointer, ctypes.c_int, ctypes.c_char_p, pointer)


class Options(ctypes.Structure):
    """struct aws_event_stream_streaming_decoder_options"""

    _fields_ = [
        ("on_payload_segment", PayloadCallback),
        ("on_prelude", PreludeCallback),
        ("on_header", HeaderCallback),
        ("on_complete", CompleteCallback),
        ("on_error", ErrorCallback),
        ("user_data", pointer),
    ]


allocator = function("aws_default_allocator", pointer)()
initialize = function("aws_event_stream_streaming_decoder_init_from_options", None, pointer, pointer, ctypes.POINTER(Options))
pump = function("aws_event_stream_streaming_decoder_pump", ctypes.c_int, pointer, ctypes.POINTER(Buffer))
clean_up = function("aws_event_stream_streaming_decoder_clean_up", None, pointer)
header_name = function("aws_event_stream_header_name", Buffer, pointer)
header_bytes = function("aws_event_stream_header_value_as_bytebuf", Buffer, pointer)
last_error = function("aws_last_error", ctypes.c_int)
error_name = function("aws_error_name", ctypes.c_char_p, ctypes.c_int)

ACCESSORS = {
    0: function("aws_event_stream_header_value_as_bool", ctypes.c_int8, pointer),
    1: function("aws_event_stream_header_value_as_bool", ctypes.c_int8, pointer),
    2: function("aws_event_stream_header_value_as_byte", ctypes.c_int8, pointer),
    3: function("aws_event_stream_header_value_as_int16", ctypes.c_int16, pointer),
    4: function("aws_event_stream_header_value_as_int32", ctypes.c_int32, pointer),
    5: function("aws_event_stream_header_value_as_int64", ctypes.c_int64, pointer),
    8: function("aws_event_stream_header_value_as_timestamp", ctypes.c_int64, pointer),
    9: function("aws_event_stream_header_value_as_uuid", Buffer, pointer),
}


def read_header(address, type_offset):
    kind = ctypes.c_int.from_address(address + type_offset).value
    header = {"nameBase64": base64_text(header_name(address).bytes())}
    if kind in (6, 7):
        return kind, header | {"bytes": base64_text(header_bytes(address).bytes())}
    value = ACCESSORS[kind](address) if kind in ACCESSORS else None
    if kind == 9:
        return kind, header | {"bytes": base64_text(value.bytes())}
    return kind, header | {"value": bool(value) if kind in (0, 1) else value}


def pump_all(data, type_offset):
    """Returns the complete messages of a stream and the types of all headers, or throws the decoder's error."""
    messages, kinds, lengths, errors, complete = [], [], [], [], []

    def on_prelude(decoder, prelude, user):
        lengths.append(ctypes.c_uint32.from_address(prelude).value)
        messages.append({"headers": [], "payload": b""})

    def on_header(decoder, prelude, header, user):
        kind, value = read_header(header, type_offset)
        kinds.append(kind)
        messages[-1]["headers"].append(value)

    def on_payload(decoder, payload, is_last, user):
        messages[-1]["payload"] += payload.contents.bytes()

    def on_complete(decoder, crc, user):
        complete.append(crc)

    def on_error(decoder, prelude, code, message, user):
        errors.append(error_name(code).decode())

    options = Options(
        PayloadCallback(on_payload),
        PreludeCallback(on_prelude),
        HeaderCallback(on_header),
        CompleteCallback(on_complete),
        ErrorCallback(on_error),
        None,
    )
    # Larger than the structure.
    decoder = ctypes.create_string_buffer(8192)
    initialize(decoder, allocator, ctypes.byref(options))
    content = ctypes.create_string_buffer(data, len(data)) if data else None
    buffer = Buffer(len(data), ctypes.addressof(content) if content else None, len(data), None)
    if data and (pump(decoder, ctypes.byref(buffer)) or errors):
        raise ValueError(errors[0] if errors else error_name(last_error()).decode())
    clean_up(decoder)
    if len(complete) < len(messages) or sum(lengths) < len(data):
        raise Unread
    return messages, kinds


def find_type_offset():
    """Returns where a header has its type, which depends on the length of names in this version."""
    vector = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "eventstream", "type-all-ten.bin")
    with open(vector, "rb") as file:
        data = file.read()
    for offset in (128, 256):
        if pump_all(data, offset)[1] == list(range(10)):
            return offset
    sys.exit("awscrt_adapter.py: found no type of headers in awscrt's structures")


type_offset = find_type_offset()


def decode(format, data):
    messages, _ = pump_all(data, type_offset)
    return {
        "messages": [
            {"headers": message["headers"], "payloadBase64": base64_text(message["payload"])} for message in messages
        ]
    }


serve("awscrt", awscrt.__version__, ["eventstream"], decode)
