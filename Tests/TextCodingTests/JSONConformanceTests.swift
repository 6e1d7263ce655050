import Testing
import TextCoding

/// The grammar of RFC 8259, case by case. As in JSONTestSuite, `y_` has to be accepted, `n_` has to be rejected, and `i_` is
/// left to the implementation: the test fixes what this one does.
struct JSONConformanceTests {
    struct Case: CustomTestStringConvertible {
        var name: String
        var text: [UInt8]

        init(_ name: String, _ text: String) {
            self.name = name
            self.text = Array(text.utf8)
        }

        init(_ name: String, _ bytes: [UInt8]) {
            self.name = name
            text = bytes
        }

        var testDescription: String { name }
    }

    static let accepted: [Case] = [
        Case("y_array_empty", "[]"),
        Case("y_array_empty_with_space", "[ \n\t\r]"),
        Case("y_array_with_empty_string", #"[""]"#),
        Case("y_array_of_all_kinds", #"[null, 1, "1", {}, [], true, false]"#),
        Case("y_array_nested", "[[[[]],[[]]],[[]]]"),
        Case("y_array_trailing_space", "[1] "),
        Case("y_array_leading_space", " [1]"),
        Case("y_array_spaces_around_comma", "[1 , 2\n,\t3]"),
        Case("y_object_empty", "{}"),
        Case("y_object_empty_key", #"{"":0}"#),
        Case("y_object_several", #"{"a":1,"b":[2],"c":{"a":3}}"#),
        Case("y_object_same_key_in_other_objects", #"[{"a":1},{"a":{"a":2}}]"#),
        Case("y_object_keys_equal_but_for_normalization", "{\"\u{e9}\":1,\"e\u{301}\":2}"),
        Case("y_object_long_strings", #"{"x":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}"#),
        Case("y_object_escaped_key", #"{"\u0061\"":1}"#),
        Case("y_object_with_line_feeds", "{\n\"a\"\n:\n1\n}"),
        Case("y_string_simple_escapes", #""\"\\\/\b\f\n\r\t""#),
        Case("y_string_unicode_escape", #""\u00e9\uFFFF\u0000""#),
        Case("y_string_surrogate_pair", #""\ud83d\ude00""#),
        Case("y_string_surrogate_pair_upper_case", #""\uD83D\uDE00""#),
        Case("y_string_utf8_2_3_4_bytes", #""é€😀""#),
        Case("y_string_delete", "\"\u{7f}\""),
        Case("y_string_line_separators", "\"\u{2028}\u{2029}\""),
        Case("y_string_noncharacters", "\"\u{fffe}\u{ffff}\u{10ffff}\""),
        Case("y_string_byte_order_mark_inside", "\"a\u{feff}b\""),
        Case("y_string_last_before_surrogates", #""\ud7ff\ue000""#),
        Case("y_string_comment_inside", #""/* // */""#),
        Case("y_number_zero", "0"),
        Case("y_number_minus_zero", "-0"),
        Case("y_number_fraction", "123.456"),
        Case("y_number_zero_fraction", "0.0"),
        Case("y_number_exponent", "1e5"),
        Case("y_number_exponent_capital_plus", "1E+5"),
        Case("y_number_exponent_minus", "-1.5e-05"),
        Case("y_number_zero_exponent", "0e0"),
        Case("y_number_int64_limits", "[-9223372036854775808,18446744073709551615]"),
        Case("y_number_after_space", " 4 "),
        Case("y_structure_lonely_true", "true"),
        Case("y_structure_lonely_null", " null\n"),
        Case("y_structure_lonely_string", #""asd""#),
    ]

    static let rejected: [Case] = [
        Case("n_structure_no_data", ""),
        Case("n_structure_only_space", " \n"),
        Case("n_structure_byte_order_mark", [0xef, 0xbb, 0xbf, 0x7b, 0x7d]),
        Case("n_structure_byte_order_mark_only", [0xef, 0xbb, 0xbf]),
        Case("n_structure_byte_order_mark_after_value", "{}\u{feff}"),
        Case("n_structure_byte_order_mark_in_array", "[\u{feff}1]"),
        Case("n_structure_incomplete_byte_order_mark", [0xef, 0xbb, 0x7b, 0x7d]),
        Case("n_structure_utf16_little_endian", [0xff, 0xfe, 0x5b, 0x00, 0x5d, 0x00]),
        Case("n_structure_utf16_without_mark", [0x00, 0x5b, 0x00, 0x5d]),
        Case("n_structure_utf32", [0x5b, 0x00, 0x00, 0x00, 0x5d, 0x00, 0x00, 0x00]),
        Case("n_structure_two_values", "1 2"),
        Case("n_structure_two_arrays", "[][]"),
        Case("n_structure_trailing_bracket", "[1]]"),
        Case("n_structure_trailing_comment", "[1] // x"),
        Case("n_structure_comment", "[/**/1]"),
        Case("n_structure_hash_comment", "# x\n[]"),
        Case("n_structure_no_break_space", "[\u{a0}]"),
        Case("n_structure_form_feed", "[\u{c}]"),
        Case("n_structure_vertical_tab", "[\u{b}1]"),
        Case("n_structure_nul", "[\u{0}]"),
        Case("n_structure_word_joiner", "[\u{2060}]"),
        Case("n_structure_capital_true", "[True]"),
        Case("n_structure_cut_true", "[tru"),
        Case("n_structure_cut_null", "[nul]"),
        Case("n_structure_long_true", "[truee]"),
        Case("n_structure_uppercase_null", "NULL"),
        Case("n_structure_undefined", "[undefined]"),
        Case("n_structure_single_quote", "'a'"),
        Case("n_structure_lone_quote", "\""),
        Case("n_structure_lone_bracket", "["),
        Case("n_structure_lone_brace", "{"),
        Case("n_structure_lone_minus", "-"),
        Case("n_structure_mismatched", "[}"),
        Case("n_structure_mismatched_object", "{]"),
        Case("n_structure_mismatched_later", #"{"a":[1}"#),
        Case("n_array_trailing_comma", "[1,]"),
        Case("n_array_trailing_comma_space", "[1, ]"),
        Case("n_array_leading_comma", "[,1]"),
        Case("n_array_only_comma", "[,]"),
        Case("n_array_double_comma", "[1,,2]"),
        Case("n_array_without_comma", "[1 2]"),
        Case("n_array_colon", "[1:2]"),
        Case("n_array_unclosed", "[1"),
        Case("n_array_unclosed_after_comma", "[1,"),
        Case("n_array_star", "[*]"),
        Case("n_object_trailing_comma", #"{"a":1,}"#),
        Case("n_object_leading_comma", #"{,"a":1}"#),
        Case("n_object_double_comma", #"{"a":1,,"b":2}"#),
        Case("n_object_without_comma", #"{"a":1 "b":2}"#),
        Case("n_object_without_colon", #"{"a" 1}"#),
        Case("n_object_double_colon", #"{"a"::1}"#),
        Case("n_object_without_value", #"{"a":}"#),
        Case("n_object_only_key", #"{"a"}"#),
        Case("n_object_number_key", "{1:1}"),
        Case("n_object_unquoted_key", "{a:1}"),
        Case("n_object_single_quoted_key", "{'a':1}"),
        Case("n_object_null_key", "{null:1}"),
        Case("n_object_unclosed", #"{"a":1"#),
        Case("n_object_unclosed_after_comma", #"{"a":1,"#),
        Case("n_object_duplicate_key", #"{"a":1,"a":1}"#),
        Case("n_object_duplicate_key_escaped", #"{"a":1,"\u0061":2}"#),
        Case("n_object_duplicate_key_escaped_both", #"{"\u0061":1,"\u0061":2}"#),
        Case("n_object_duplicate_key_in_nested", #"[{"b":{"a":1,"c":2,"a":3}}]"#),
        Case("n_string_unescaped_line_feed", "\"a\nb\""),
        Case("n_string_unescaped_tab", "\"\t\""),
        Case("n_string_unescaped_nul", "\"\u{0}\""),
        Case("n_string_unescaped_0x1f", "\"\u{1f}\""),
        Case("n_string_unclosed", "\"abc"),
        Case("n_string_unclosed_escape", "\"abc\\"),
        Case("n_string_escaped_quote_at_end", "\"abc\\\""),
        Case("n_string_escape_x", #""\x00""#),
        Case("n_string_escape_a", #""\a""#),
        Case("n_string_escape_capital_u", #""\U0041""#),
        Case("n_string_escape_single_quote", #""\'""#),
        Case("n_string_escape_multibyte", #""\é""#),
        Case("n_string_escape_line_feed", "\"\\\n\""),
        Case("n_string_unicode_3_digits", #""\u00A""#),
        Case("n_string_unicode_no_digits", #""\u""#),
        Case("n_string_unicode_not_hexadecimal", #""\u00zz""#),
        Case("n_string_unicode_plus_sign", #""\u+041""#),
        Case("n_string_incomplete_second_surrogate", #""\ud800\u""#),
        Case("n_string_incomplete_second_surrogate_digits", #""\ud800\udc0""#),
        Case("n_string_utf8_overlong", [0x22, 0xc0, 0xaf, 0x22]),
        Case("n_string_utf8_surrogate", [0x22, 0xed, 0xa0, 0x80, 0x22]),
        Case("n_string_utf8_truncated", [0x22, 0xe0, 0xff, 0x22]),
        Case("n_string_utf8_lone_continuation", [0x22, 0x81, 0x22]),
        Case("n_string_utf8_above_range", [0x22, 0xf4, 0xbf, 0xbf, 0xbf, 0x22]),
        Case("n_string_latin1", [0x22, 0xe9, 0x22]),
        Case("n_number_leading_zero", "012"),
        Case("n_number_minus_leading_zero", "-012"),
        Case("n_number_double_zero", "00"),
        Case("n_number_plus", "+1"),
        Case("n_number_double_minus", "--1"),
        Case("n_number_minus_space", "- 1"),
        Case("n_number_minus_word", "-foo"),
        Case("n_number_no_integer_part", ".5"),
        Case("n_number_minus_no_integer_part", "-.5"),
        Case("n_number_no_fraction", "1."),
        Case("n_number_no_fraction_exponent", "1.e1"),
        Case("n_number_no_exponent", "1e"),
        Case("n_number_no_exponent_plus", "1e+"),
        Case("n_number_exponent_sign_twice", "1e+-1"),
        Case("n_number_exponent_fraction", "1e1.5"),
        Case("n_number_hexadecimal", "0x1"),
        Case("n_number_hexadecimal_digits", "[1a]"),
        Case("n_number_underscore", "1_000"),
        Case("n_number_space_inside", "1 000"),
        Case("n_number_nan", "NaN"),
        Case("n_number_infinity", "[Infinity]"),
        Case("n_number_minus_infinity", "-Infinity"),
        Case("n_number_full_width_digit", "[１]"),
        Case("n_number_two_points", "1.2.3"),
        Case("n_number_comma", "1,5"),
    ]

    /// What RFC 8259 leaves open, and whether the strict rules accept it.
    static let implementationDefined: [(case: Case, isAccepted: Bool)] = [
        (Case("i_string_lone_high_surrogate", #""\ud800""#), false),
        (Case("i_string_lone_low_surrogate", #""\udc00""#), false),
        (Case("i_string_high_surrogate_twice", #""\ud800\ud800""#), false),
        (Case("i_string_high_surrogate_and_letter", #""\ud800x""#), false),
        (Case("i_string_inverted_surrogates", #""\ude00\ud83d""#), false),
        (Case("i_string_high_surrogate_and_escape", #""\ud800\n""#), false),
        (Case("i_number_huge_exponent", "1e999999999999999999999"), true),
        (Case("i_number_tiny", "-1e-999999"), true),
        (Case("i_number_more_than_64_bits", "123456789012345678901234567890"), true),
        (Case("i_structure_512_arrays", String(repeating: "[", count: 512) + String(repeating: "]", count: 512)), true),
        (
            Case("i_structure_513_arrays", String(repeating: "[", count: 513) + String(repeating: "]", count: 513)),
            false
        ),
        (Case("i_structure_100000_opening_arrays", String(repeating: "[", count: 100_000)), false),
        (Case("i_structure_50000_opening_objects", String(repeating: "{\"\":", count: 50_000)), false),
    ]

    /// Whether the reader accepts the text; building values and skipping them must agree.
    private func accepts(_ text: [UInt8], _ rules: JSONRules = .strict) -> Bool {
        let built = Result { () throws(JSONError) in try JSONValue(text, rules: rules) }
        let skipped = Result { () throws(JSONError) in try JSONReader.check(text, rules: rules) }
        switch (built, skipped) {
        case (.success, .success): return true
        case (.failure(let one), .failure(let other)):
            #expect(one == other)
            return false
        default:
            Issue.record("reading says \(built), skipping says \(skipped)")
            return false
        }
    }

    @Test(arguments: accepted)
    func accepts(_ sample: Case) {
        #expect(accepts(sample.text))
        #expect(accepts(sample.text, .ecmaScript))
    }

    @Test(arguments: rejected)
    func rejects(_ sample: Case) {
        #expect(!accepts(sample.text))
        #expect(accepts(sample.text, .ecmaScript) == sample.name.hasPrefix("n_object_duplicate_key"))
    }

    @Test(arguments: implementationDefined.indices)
    func decides(_ index: Int) {
        let (sample, isAccepted) = Self.implementationDefined[index]
        #expect(accepts(sample.text) == isAccepted, "\(sample.name)")
        #expect(
            accepts(sample.text, .ecmaScript) == (isAccepted || sample.name.hasPrefix("i_string")), "\(sample.name)")
    }

    /// A prefix of a valid text is never valid, except for numbers and where only whitespace was cut.
    @Test(arguments: accepted)
    func rejectsEveryPrefix(_ sample: Case) {
        let blanks: [UInt8] = [0x20, 0x09, 0x0a, 0x0d]
        guard let first = sample.text.first(where: { !blanks.contains($0) }), "[{\"tn".utf8.contains(first) else {
            return
        }
        let end = (sample.text.lastIndex { !blanks.contains($0) } ?? 0) + 1
        for length in 0..<end { #expect(!accepts(Array(sample.text[..<length])), "\(length)") }
    }

    /// Whatever is written is read again, whichever byte of it is changed the reader does not trap.
    @Test
    func survivesEveryChangedByte() {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00\n"],"b":{"c":null,"d":true},"é":false}"#.utf8)
        #expect(accepts(text))
        for index in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[index] = byte
                _ = accepts(changed)
                _ = accepts(changed, .ecmaScript)
            }
        }
    }
}
