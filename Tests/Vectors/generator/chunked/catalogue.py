"""The known vulnerabilities, by what the decoders did that had them. A few had it in the header section instead."""

HEX_PREFIX = ("CVE-2023-38697", "CVE-2022-24761")  # 0x before a size
SIZE_WRAPS = ("CVE-2021-32714",)  # a size computed modulo 2^64
LF_AFTER_SIZE = ("CVE-2025-22871", "CVE-2025-58056")  # a bare LF ends a size line
LF_IN_EXTENSION = ("CVE-2025-55315", "CVE-2024-52304", "CVE-2025-22871")  # a bare LF in an extension
CR_CR = ("CVE-2025-23167",)  # CR CR ends a line (header section)
QUOTED_STRINGS = ("CVE-2026-33870",)  # line endings and separators in them
ANY_TWO_BYTES_AFTER_DATA = ("CVE-2025-43859",)  # whatever follows the data is skipped
LF_IN_TRAILER = ("CVE-2025-53643",)  # a bare LF in the trailer section
TRAILER_WITHOUT_COLON = ("CVE-2025-59822",)  # it ends the trailer section
SPACE_BEFORE_COLON = ("CVE-2021-22959",)
FOLDED_LINE = ("CVE-2024-27982",)  # a line that continues the one before (header section)
EMPTY_FIELD_NAME = ("CVE-2023-25725",)  # it ends the list of fields
FRAMING_IN_TRAILER = ("CVE-2025-12642",)  # a trailer field is merged into the headers
UNBOUNDED_EXTENSIONS = ("CVE-2024-22019", "CVE-2023-39326", "CVE-2024-21647")
EXTENSIONS_OF_TINY_CHUNKS = ("CVE-2023-39326",)
