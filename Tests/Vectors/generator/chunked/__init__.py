"""The vectors of the chunked transfer coding (RFC 9112, section 7.1).

There is no decoder in here. Every vector is built from the pieces of a body that are fine, with what each of them
delivers, and from the fault that follows them; where it goes wrong is where the one ends and the other begins.
"""

from . import (
    bodies,
    budgets,
    cuts,
    extensions,
    http11_probe,
    http_garden,
    leniency,
    line_endings,
    places,
    sizes,
    smuggling,
    trailers,
)

GROUPS = (
    bodies.plain_vectors,
    bodies.size_vectors,
    bodies.data_vectors,
    bodies.leftover_vectors,
    sizes.digit_vectors,
    sizes.notation_vectors,
    sizes.missing_vectors,
    sizes.overflow_vectors,
    sizes.narrowed_vectors,
    extensions.valid_vectors,
    extensions.fault_vectors,
    line_endings.size_line_vectors,
    line_endings.last_chunk_vectors,
    line_endings.data_vectors,
    line_endings.end_vectors,
    trailers.valid_vectors,
    trailers.fault_vectors,
    trailers.line_ending_vectors,
    trailers.forbidden_vectors,
    smuggling.extension_vectors,
    smuggling.data_vectors,
    smuggling.length_vectors,
    smuggling.trailer_vectors,
    budgets.overhead_vectors,
    budgets.uncounted_vectors,
    budgets.trailer_vectors,
    budgets.field_vectors,
    budgets.separate_vectors,
    cuts.cut_vectors,
    leniency.lenient_vectors,
    places.place_vectors,
    http_garden.garden_vectors,
    http11_probe.probe_vectors,
)
