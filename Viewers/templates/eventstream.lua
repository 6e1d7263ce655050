-- A dissector for Wireshark and tshark that shows AWS event streams (application/vnd.amazon.eventstream) field by field, in the
-- bodies of HTTP/1.1 and HTTP/2 messages, and in files that hold a stream and nothing else.
--
-- @@GENERATED@@
--
-- Runs in Lua 5.1 to 5.4, which the versions of Wireshark have. In 5.1 and 5.2 all numbers are floating-point numbers, so that
-- integers of 64 bits are left to Wireshark.

-- --- The description of the format. The code below has no other numbers of the format.

-- @@TABLES@@

-- --- What the description does not have.

local eventstream = Proto("eventstream", "AWS event stream")

local message_field = ProtoField.none("eventstream.message", "message")
local header_field = ProtoField.none("eventstream.header", "header")
local crc_computed = ProtoField.uint32("eventstream.crc.computed", "computed CRC", base.HEX)
local cut_field = ProtoField.bytes("eventstream.cut", "cut field")
local broken_header = ProtoField.bytes("eventstream.broken_header", "broken header")
local rest_of_headers = ProtoField.bytes("eventstream.rest_of_headers", "rest of headers")

-- Header values by kind and size.
local VALUES = {
    bytes = ProtoField.bytes("eventstream.header.value.bytes", "header value"),
    text = ProtoField.string("eventstream.header.value.string", "header value", base.UNICODE),
    milliseconds = ProtoField.int64("eventstream.header.value.timestamp", "header value"),
    uuid = ProtoField.guid("eventstream.header.value.uuid", "header value"),
    signed1 = ProtoField.int8("eventstream.header.value.byte", "header value"),
    signed2 = ProtoField.int16("eventstream.header.value.short", "header value"),
    signed4 = ProtoField.int32("eventstream.header.value.integer", "header value"),
    signed8 = ProtoField.int64("eventstream.header.value.long", "header value"),
}

eventstream.fields = { message_field, header_field, crc_computed, cut_field, broken_header, rest_of_headers }
for _, fields in ipairs({ FIELDS, VALUES }) do
    for _, field in pairs(fields) do
        table.insert(eventstream.fields, field)
    end
end

local wrong = ProtoExpert.new("eventstream.wrong", "WRONG", expert.group.MALFORMED, expert.severity.ERROR)
local truncated = ProtoExpert.new("eventstream.truncated", "The stream ends", expert.group.SEQUENCE, expert.severity.WARN)
local failure = ProtoExpert.new("eventstream.exception", "Exception or error", expert.group.RESPONSE_CODE, expert.severity.WARN)
eventstream.experts = { wrong, truncated, failure }

-- --- CRC-32

local xor
if bit32 then
    xor = bit32.bxor
elseif bit then
    xor = bit.bxor
else
    xor = load("return function(a, b) return a ~ b end")()
end

local remainders = {}
for byte = 0, 255 do
    local remainder = byte
    for _ = 1, 8 do
        local half = math.floor(remainder / 2)
        remainder = remainder % 2 == 1 and xor(half, POLYNOMIAL) % 4294967296 or half
    end
    remainders[byte] = remainder
end

-- Returns the CRC-32 of the bytes `first` to `last` of a string, both counted from 1.
local function crc32(data, first, last)
    local crc = 4294967295
    for index = first, last do
        local low = crc % 256
        crc = xor((crc - low) / 256, remainders[xor(low, data:byte(index))]) % 4294967296
    end
    return xor(math.floor(crc), 4294967295) % 4294967296
end

-- --- UTF-8

-- Returns the index of the first byte of the first ill-formed sequence in a string (RFC 3629), or nil.
local function ill_formed(text)
    local index = 1
    while index <= #text do
        local lead = text:byte(index)
        local count, lowest, highest = 0, 0x80, 0xbf
        if lead >= 0xc2 and lead <= 0xdf then
            count = 1
        elseif lead >= 0xe0 and lead <= 0xef then
            count = 2
            if lead == 0xe0 then lowest = 0xa0 elseif lead == 0xed then highest = 0x9f end
        elseif lead >= 0xf0 and lead <= 0xf4 then
            count = 3
            if lead == 0xf0 then lowest = 0x90 elseif lead == 0xf4 then highest = 0x8f end
        elseif lead >= 0x80 then
            return index
        end
        for distance = 1, count do
            local byte = text:byte(index + distance)
            if not byte or byte < lowest or byte > highest then return index end
            lowest, highest = 0x80, 0xbf
        end
        index = index + 1 + count
    end
    return nil
end

-- --- Reading. A stream has its bytes twice, as a Tvb for Wireshark and as a string for the code below.

local function number(data, position, size)
    local value = 0
    for index = position + 1, position + size do
        value = value * 256 + data:byte(index)
    end
    return value
end

-- Reads the header at `position` of a block that ends at `block_end`. Returns the header, or nil, where the first invalid
-- field begins and what was expected there.
local function read_header(data, position, block_end)
    local header = { start = position }
    local function field(name, size)
        header[name] = position
        if block_end - position < size then return nil, position, "at least " .. size end
        position = position + size
        return true
    end

    local ok, offset, expected = field("name_length_start", SIZE.name_length)
    if not ok then return nil, offset, expected end
    header.name_length = number(data, header.name_length_start, SIZE.name_length)
    if header.name_length == 0 then return nil, header.start, "1 to 255" end
    ok, offset, expected = field("name_start", header.name_length)
    if not ok then return nil, offset, expected end
    ok, offset, expected = field("type_start", SIZE.value_type)
    if not ok then return nil, offset, expected end
    header.type = TYPES[number(data, header.type_start, SIZE.value_type)]
    if not header.type then return nil, header.type_start, "a type from 0 to " .. #TYPES end
    header.value_length = header.type.size
    if not header.value_length then
        ok, offset, expected = field("value_length_start", SIZE.value_length)
        if not ok then return nil, offset, expected end
        header.value_length = number(data, header.value_length_start, SIZE.value_length)
    end
    ok, offset, expected = field("value_start", header.value_length)
    if not ok then return nil, offset, expected end
    header.finish = position

    header.name = data:sub(header.name_start + 1, header.type_start)
    header.value = data:sub(header.value_start + 1, position)
    local invalid = ill_formed(header.name)
    if invalid then return nil, header.name_start + invalid - 1, "a header name in UTF-8" end
    invalid = header.type.kind == "text" and ill_formed(header.value)
    if invalid then return nil, header.value_start + invalid - 1, "a string in UTF-8" end
    return header
end

-- Reads the headers from `position` on. Returns those before the first problem, where they end, and the problem: its offset
-- and what was expected there.
local function read_headers(data, position, block_end)
    local headers = {}
    while position < block_end do
        local header, offset, expected = read_header(data, position, block_end)
        if not header then return headers, position, offset, expected end
        table.insert(headers, header)
        position = header.finish
    end
    return headers, position
end

-- Returns the index of the first header whose name repeats an earlier one, or nil.
local function first_duplicate(headers)
    local seen = {}
    for index, header in ipairs(headers) do
        if seen[header.name] then return index end
        seen[header.name] = true
    end
    return nil
end

-- Returns the value of the header `name` if it is a string.
local function string_value(headers, name)
    for _, header in ipairs(headers) do
        if header.name == name and header.type.kind == "text" then return header.value end
    end
    return nil
end

-- Returns text for a line of the tree: without control characters, and not too long.
local function one_line(text)
    text = text:gsub("%c", "?")
    return #text > 100 and text:sub(1, 100) .. "..." or text
end

local function has_valid_prelude(data, position)
    local crc_start = position + SIZE.total_length + SIZE.headers_length
    return #data >= crc_start + SIZE.prelude_crc
        and crc32(data, position + 1, crc_start) == number(data, crc_start, SIZE.prelude_crc)
end

-- --- Showing

-- Adds a checksum, and whether it is that of the bytes since `start`. Returns whether it is.
local function add_checksum(stream, tree, field, start, position, size)
    local found = number(stream.data, position, size)
    local computed = crc32(stream.data, start + 1, position)
    local item = tree:add(field, stream.tvb(position, size))
    if found == computed then
        item:append_text(" [right]")
        return true
    end
    item:append_text(string.format(" [WRONG: expected 0x%08x]", computed))
    item:add(crc_computed, stream.tvb(position, size), computed):set_generated()
    item:add_proto_expert_info(wrong, string.format("WRONG: expected 0x%08x", computed))
    return false
end

local function add_wrong(item, expected)
    item:append_text(" [WRONG: expected " .. expected .. "]")
    item:add_proto_expert_info(wrong, "WRONG: expected " .. expected)
end

-- Adds a field of `length` bytes that the stream cuts. `already` bytes of it are in the tree.
local function add_cut(stream, tree, field, name, position, length, already)
    local left = stream.tvb:len() - position
    local item = tree
    if left > 0 then
        item = tree:add(field, stream.tvb(position, left))
        if name then item:set_text(name) end
    end
    local text = string.format("the stream ends after %d of %d bytes", (already or 0) + left, length)
    item:append_text(" [" .. text .. "]")
    item:add_proto_expert_info(truncated, text)
end

local function add_time(item, range)
    local milliseconds = range:int64():tonumber()
    local seconds = math.floor(milliseconds / 1000)
    -- The years 0 to 9999, as in ISO 8601.
    if seconds < -62167219200 or seconds >= 253402300800 then return end
    local ok, time = pcall(os.date, "!%Y-%m-%dT%H:%M:%S", seconds)
    if ok then item:append_text(string.format(" (%s.%03dZ)", time, milliseconds - seconds * 1000)) end
end

local function add_header(stream, tree, header)
    local tvb = stream.tvb
    local item = tree:add(header_field, tvb(header.start, header.finish - header.start))
    item:add(FIELDS.header_name_length, tvb(header.start, SIZE.name_length))
    item:add_packet_field(FIELDS.header_name, tvb(header.name_start, header.name_length), ENC_UTF_8)
    item:add(FIELDS.header_value_type, tvb(header.type_start, SIZE.value_type))
    if header.value_length_start then
        item:add(FIELDS.header_value_length, tvb(header.value_length_start, SIZE.value_length))
    end
    local shown = header.type.kind
    if header.value_length > 0 then
        local range = tvb(header.value_start, header.value_length)
        local kind = header.type.kind == "signed" and "signed" .. header.value_length or header.type.kind
        local value
        if kind == "text" then
            value = item:add_packet_field(VALUES.text, range, ENC_UTF_8)
        else
            value = item:add(VALUES[kind], range)
        end
        if kind == "milliseconds" then add_time(value, range) end
        if header.type.kind == "signed" or kind == "milliseconds" then
            shown = tostring(header.value_length == 8 and range:int64() or range:int())
        elseif kind == "text" then
            shown = header.value
        else
            shown = tostring(range:bytes()):lower()
        end
    elseif header.value_length_start then
        shown = "(empty)"
    end
    item:set_text("header " .. one_line(header.name) .. " (" .. header.type.name .. "): " .. one_line(shown))
end

-- Adds the headers. Returns those before the first problem, and whether the message can be trusted after them; nil if the
-- stream ends in them.
local function add_headers(stream, tree, start, block_end)
    local stream_end = stream.tvb:len()
    local headers, position, offset, expected = read_headers(stream.data, start, math.min(block_end, stream_end))
    if block_end > stream_end then
        for _, header in ipairs(headers) do add_header(stream, tree, header) end
        add_cut(stream, tree, rest_of_headers, nil, position, block_end - start, position - start)
        return nil
    end
    local duplicate = not offset and first_duplicate(headers)
    if duplicate then
        offset, expected = headers[duplicate].start, "each name only once"
        position = offset
        for index = #headers, duplicate, -1 do table.remove(headers, index) end
    end
    for _, header in ipairs(headers) do add_header(stream, tree, header) end
    if not offset then return headers, true end
    if offset > position then
        local item = tree:add(broken_header, stream.tvb(position, offset - position))
        if offset == block_end then add_wrong(item, expected) end
    end
    if offset < block_end then
        add_wrong(tree:add(rest_of_headers, stream.tvb(offset, block_end - offset)), expected)
    end
    return headers, false
end

-- Whether headers are those of a signed message: a date and a signature, and no others.
local function are_of_signed_message(headers)
    if #headers ~= 2 then return false end
    local date, signature = headers[1], headers[2]
    if date.name ~= ":date" then date, signature = signature, date end
    return date.name == ":date" and date.type.kind == "milliseconds"
        and signature.name == ":chunk-signature" and signature.type.kind == "bytes"
end

local media_types = DissectorTable.get("media_type")

local function add_payload(stream, pinfo, tree, position, length, content_type, expected)
    if position + length > stream.tvb:len() then
        return add_cut(stream, tree, FIELDS.payload, nil, position, length)
    end
    local range = stream.tvb(position, length)
    local item = tree:add(FIELDS.payload, range)
    if expected then
        add_wrong(item, expected)
    elseif content_type then
        item:set_text("payload (" .. length .. " bytes of " .. one_line(content_type) .. ")")
        local media_type = content_type:lower():match("^[^; ]+")
        if media_type and media_type ~= MEDIA_TYPE then
            -- Another dissector's failure must not end this one.
            pcall(function() media_types:try(media_type, range:tvb(), pinfo, item) end)
        end
    end
end

local add_message

-- Adds the message in a signed message. Signatures are not verified. Returns whether it is valid.
local function add_signed(stream, pinfo, tree, position, length)
    if position + SIZE.total_length + SIZE.headers_length + SIZE.prelude_crc <= stream.tvb:len()
        and has_valid_prelude(stream.data, position)
        and number(stream.data, position, SIZE.total_length) == length then
        return add_message(stream, pinfo, tree, position, "signed message", true) ~= nil
    end
    add_payload(stream, pinfo, tree, position, length, nil, "a payload that is exactly one message")
    return position + length <= stream.tvb:len()
end

-- Adds the message at `start`. Returns where it ends, or nil if the bytes after it cannot be trusted.
function add_message(stream, pinfo, tree, start, title, is_inner)
    local data, stream_end = stream.data, stream.tvb:len()
    local prelude = SIZE.total_length + SIZE.headers_length + SIZE.prelude_crc
    local item = tree:add(message_field, stream.tvb(start, stream_end - start))
    item:set_text(title)
    if stream_end - start < prelude then
        add_cut(stream, item, cut_field, "prelude", start, prelude)
        return nil
    end

    local total = number(data, start, SIZE.total_length)
    local headers_start = start + SIZE.total_length
    local headers_length = number(data, headers_start, SIZE.headers_length)
    local total_item = item:add(FIELDS.total_length, stream.tvb(start, SIZE.total_length))
    local headers_item = item:add(FIELDS.headers_length, stream.tvb(headers_start, SIZE.headers_length))
    local crc_start = headers_start + SIZE.headers_length
    if not add_checksum(stream, item, FIELDS.prelude_crc, start, crc_start, SIZE.prelude_crc) then return nil end
    if total < MINIMUM_LENGTH then
        add_wrong(total_item, "at least " .. MINIMUM_LENGTH)
        return nil
    elseif headers_length > total - MINIMUM_LENGTH then
        add_wrong(headers_item, string.format("at most %d, the total length less prelude and message CRC", total - MINIMUM_LENGTH))
        return nil
    elseif headers_length > MAXIMUM_HEADERS_LENGTH then
        add_wrong(headers_item, "at most " .. MAXIMUM_HEADERS_LENGTH)
        return nil
    end
    item:set_len(math.min(total, stream_end - start))

    local payload_start = start + prelude + headers_length
    local payload_end = start + total - SIZE.message_crc
    local headers, is_valid = add_headers(stream, item, start + prelude, payload_start)
    if not headers then return nil end
    local kind = string_value(headers, ":message-type")
    local name = kind and string_value(headers, kind == "event" and ":event-type" or kind == "error" and ":error-code"
        or ":" .. kind .. "-type")
    if kind then
        local text = one_line(kind .. (name and " " .. name or ""))
        item:append_text(": " .. text)
        table.insert(stream.kinds, text)
        if kind ~= "event" then item:add_proto_expert_info(failure, text) end
    end

    if payload_end > payload_start then
        if is_valid and not is_inner and are_of_signed_message(headers) then
            if not add_signed(stream, pinfo, item, payload_start, payload_end - payload_start) then return nil end
        else
            add_payload(stream, pinfo, item, payload_start, payload_end - payload_start,
                string_value(headers, ":content-type"))
        end
    end
    if payload_end > stream_end then return nil end
    if stream_end - payload_end < SIZE.message_crc then
        add_cut(stream, item, cut_field, "message CRC", payload_end, SIZE.message_crc)
        return nil
    end
    local crc_is_right = add_checksum(stream, item, FIELDS.message_crc, start, payload_end, SIZE.message_crc)
    return is_valid and crc_is_right and payload_end + SIZE.message_crc or nil
end

function eventstream.dissector(tvb, pinfo, tree)
    local length = tvb:len()
    if length == 0 then return 0 end
    local stream = { tvb = tvb, data = tvb:raw(0, length), kinds = {} }
    local info = tostring(pinfo.cols.info or "")
    local root = tree:add(eventstream, tvb(0, length))
    local position, count = 0, 0
    while position and position < length do
        count = count + 1
        position = add_message(stream, pinfo, root, position, "message " .. count)
    end
    root:append_text(string.format(", %d messages, %d bytes", count, length))
    -- The first kinds, for the list of packets.
    local kinds = table.concat(stream.kinds, ", ", 1, math.min(#stream.kinds, 5))
    -- The dissectors of payloads have written into these columns.
    pinfo.cols.protocol = "EVENTSTREAM"
    pinfo.cols.info = info .. " [" .. kinds .. (#stream.kinds > 5 and ", ..." or "") .. "]"
    return length
end

media_types:add(MEDIA_TYPE, eventstream)

-- --- Files that hold a stream and nothing else: each message is a packet.

local ENCAPSULATION = wtap_encaps and wtap_encaps.USER15 or wtap.USER15
local MAXIMUM_PACKET = 262144

DissectorTable.get("wtap_encap"):add(ENCAPSULATION, eventstream)

local file_handler = FileHandler.new("AWS event stream", "eventstream", "A file with messages of an AWS event stream", "rs")
file_handler.extensions = "bin;eventstream"

-- Reads the next message, or what can be read of it.
local function read_message(file, frame)
    local lengths = SIZE.total_length + SIZE.headers_length + SIZE.prelude_crc
    local prelude = file:read(lengths)
    if not prelude or #prelude == 0 then return false end
    local total = #prelude
    if has_valid_prelude(prelude, 0) then
        total = math.max(number(prelude, 0, SIZE.total_length), lengths)
    end
    local shown = math.min(total, MAXIMUM_PACKET)
    local rest = shown > lengths and file:read(shown - lengths) or ""
    local data = prelude .. (rest or "")
    frame.data = data
    frame.captured_length = #data
    frame.original_length = math.max(#data, total)
    frame.encap = ENCAPSULATION
    if total > shown then file:seek("cur", total - shown) end
    return true
end

function file_handler.read_open(file, capture)
    local prelude = file:read(SIZE.total_length + SIZE.headers_length + SIZE.prelude_crc)
    if not prelude or not has_valid_prelude(prelude, 0) then return false end
    file:seek("set", 0)
    capture.encap = ENCAPSULATION
    capture.time_precision = wtap_tsprecs and wtap_tsprecs.SEC or wtap_filetypes.TSPREC_SEC
    return true
end

function file_handler.read(file, capture, frame)
    local position = file:seek("cur", 0)
    return read_message(file, frame) and position
end

function file_handler.seek_read(file, capture, frame, offset)
    file:seek("set", offset)
    return read_message(file, frame)
end

register_filehandler(file_handler)
