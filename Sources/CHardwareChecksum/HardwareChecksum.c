/* Bit-reflected CRCs of 32 and 64 bits by carry-less multiplication, for x86-64 and arm64.

   A message is a polynomial whose first bit has the highest power. Sixteen bytes a = (first, second) that are D bits before other
   sixteen bytes b can be added to them, because only the remainder modulo the generator matters:

       a · x^D = first · x^(D+64) + second · x^D  ≡  first · (x^(D+64) mod G) + second · (x^D mod G)

   Both products have fewer than 128 bits. The product of two reflected words is the reflected product times x, so the constants
   have one power less. (Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel, 2009.)

   A generator P of 32 bits is used as G = P · x^32. The remainder of a message times x^64 is then the CRC times x^32, so one
   function serves both widths. Functions with instructions that not every processor has name them as their target, so no
   compiler flag is needed. */
#include "CHardwareChecksum.h"

#include "Vectors.h"

/* The constants of a CRC. `fold` arrays have the reflected x^(D+63) and x^(D-1) modulo G, where D is the distance in bits. */
struct constants {
    uint64_t fold16[2], fold32[2], fold64[2], fold128[2], fold256[2];
    /* The reflected quotient of x^128 and G, and the reflected G; both without their last bit. */
    uint64_t barrett[2];
    /* A shuffle mask that moves the first eight bytes to the last, or nothing: whether G has the term x^0. */
    uint8_t last_term[16];
    /* The instruction that Arm's processors have for this CRC. */
    enum { NO_INSTRUCTION, CRC32_INSTRUCTION, CRC32C_INSTRUCTION } instruction;
};

#include "Constants.h"

#if AVAILABLE

/* Shuffle masks. From byte m, sixteen bytes move 16 - m bytes towards the end; from byte 16 + m, m bytes towards the start. */
#define ZEROS 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255
static const uint8_t shifts[48] = {
    ZEROS, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, ZEROS,
};

/* Asks the processor, or on Arm the kernel or the compiler, which instructions there are. */
static enum hardware_crc_level detected_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!__builtin_cpu_supports("pclmul") || !__builtin_cpu_supports("sse4.1")) return HARDWARE_CRC_NO_INSTRUCTIONS;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("vpclmulqdq") ? HARDWARE_CRC_256_BITS : HARDWARE_CRC_128_BITS;
#elif defined(__ARM_FEATURE_AES) && defined(__ARM_FEATURE_CRC32)
    return HARDWARE_CRC_128_BITS;
#elif defined(__linux__)
    /* HWCAP_PMULL and HWCAP_CRC32. */
    unsigned long needed = 1 << 4 | 1 << 7;
    return (getauxval(AT_HWCAP) & needed) == needed ? HARDWARE_CRC_128_BITS : HARDWARE_CRC_NO_INSTRUCTIONS;
#else
    return HARDWARE_CRC_NO_INSTRUCTIONS;
#endif
}

/* Adds the sixteen bytes a, which are D bits before b, to b. The constants are those of D. */
OPERATION v128 add(v128 a, const uint64_t constants[2], v128 b) { return xor128(fold(a, load(constants)), b); }

/* Returns the remainder of z, of which the first word has the 64 powers from x^64 on (Barrett). */
OPERATION uint64_t remainder_of(const struct constants *crc, v128 z) {
    v128 constants = load(crc->barrett);
    v128 quotient = first_product(z, constants);
    z = xor128(z, shuffle(quotient, load(crc->last_term)));
    return second_word(xor128(z, product(quotient, constants)));
}

/* Returns the register after eight bytes that already contain the register before them. */
OPERATION uint64_t reduce_word(const struct constants *crc, uint64_t word) {
#if defined(__aarch64__)
    if (crc->instruction == CRC32_INSTRUCTION) return __crc32d(0, word);
    if (crc->instruction == CRC32C_INSTRUCTION) return __crc32cd(0, word);
#endif
    return remainder_of(crc, words(word, 0));
}

/* Returns the register after sixteen bytes that already contain the register before them. */
OPERATION uint64_t reduce(const struct constants *crc, v128 a) {
#if defined(__aarch64__)
    uint64_t first = vgetq_lane_u64(a, 0), second = vgetq_lane_u64(a, 1);
    if (crc->instruction == CRC32_INSTRUCTION) return __crc32d(__crc32d(0, first), second);
    if (crc->instruction == CRC32C_INSTRUCTION) return __crc32cd(__crc32cd(0, first), second);
#endif
    v128 z = product(a, load(crc->fold16));
    return remainder_of(crc, xor128(z, move_down(a)));
}

/* Moves the register over fewer than sixteen bytes.

   They are moved to the end of sixteen bytes, because zeros before the first byte change nothing. */
OPERATION uint64_t advance_short(
    const struct constants *crc, uint64_t value, const uint8_t *bytes, size_t count) {
    if (count >= 8) {
        /* The second word has the last eight bytes. The register is in the first eight, of which it has the last ones too. */
        unsigned extra = 8 * (unsigned)(count - 8);
        uint64_t second = load64(bytes + count - 8) ^ value >> extra;
        if (extra == 0) return reduce_word(crc, second);
        return reduce(crc, words((load64(bytes) ^ value) << (64 - extra), second));
    }
    if (count == 0) return value;
    unsigned bits = 8 * (unsigned)count;
    uint64_t word;
    if (count >= 4) {
        word = load32(bytes) | (uint64_t)load32(bytes + count - 4) << (bits - 32);
    } else {
        word = bytes[0] | (uint64_t)bytes[count / 2] << (8 * (count / 2)) | (uint64_t)bytes[count - 1] << (bits - 8);
    }
    /* The bits of the register after these bytes only move. */
    return reduce_word(crc, (word ^ value) << (64 - bits)) ^ value >> bits;
}

/* Returns the register after the sixteen bytes a and the last `count` of the message, which ends at `end` and has at least
   sixteen bytes. */
OPERATION uint64_t finish(
    const struct constants *crc, v128 a, const uint8_t *end, size_t count) {
    if (count >= 16) {
        a = add(a, crc->fold16, load(end - count));
        count -= 16;
    }
    if (count > 0) {
        /* The message is divided into sixteen bytes at its end and those before them. */
        v128 earlier = load(shifts + 16 + count);
        v128 last = select_bytes(shuffle(a, earlier), load(end - 16), earlier);
        a = add(shuffle(a, load(shifts + count)), crc->fold16, last);
    }
    return reduce(crc, a);
}

/* Moves the register over `count` bytes, 128 bits at a time. */
static inline NARROW uint64_t advance_128(
    const struct constants *crc, uint64_t value, const uint8_t *bytes, size_t count) {
    const uint8_t *end = bytes + count;
    if (count < 16) return advance_short(crc, value, bytes, count);
    v128 a = xor128(load(bytes), words(value, 0));
    if (count >= 128) {
        v128 b = load(bytes + 16), c = load(bytes + 32), d = load(bytes + 48);
        v128 e = load(bytes + 64), f = load(bytes + 80);
        v128 g = load(bytes + 96), h = load(bytes + 112);
        while (count >= 256) {
            bytes += 128;
            count -= 128;
            a = add(a, crc->fold128, load(bytes));
            b = add(b, crc->fold128, load(bytes + 16));
            c = add(c, crc->fold128, load(bytes + 32));
            d = add(d, crc->fold128, load(bytes + 48));
            e = add(e, crc->fold128, load(bytes + 64));
            f = add(f, crc->fold128, load(bytes + 80));
            g = add(g, crc->fold128, load(bytes + 96));
            h = add(h, crc->fold128, load(bytes + 112));
        }
        e = add(a, crc->fold64, e);
        f = add(b, crc->fold64, f);
        g = add(c, crc->fold64, g);
        h = add(d, crc->fold64, h);
        g = add(e, crc->fold32, g);
        h = add(f, crc->fold32, h);
        a = add(g, crc->fold16, h);
        count -= 112;
    }
    /* Here `a` is folded into the sixteen bytes at end - count. */
    while (count >= 32) {
        count -= 16;
        a = add(a, crc->fold16, load(end - count));
    }
    return finish(crc, a, end, count - 16);
}

#if defined(__x86_64__)

/* Adds the 32 bytes a, which are D bits before b, to b. The constants are those of D. */
WIDE_OPERATION v256 add_wide(v256 a, const uint64_t constants[2], v256 b) {
    v256 both = _mm256_broadcastsi128_si256(load(constants));
    v256 products = _mm256_xor_si256(_mm256_clmulepi64_epi128(a, both, 0x00), _mm256_clmulepi64_epi128(a, both, 0x11));
    return _mm256_xor_si256(products, b);
}

/* Moves the register over `count` bytes, 256 bits at a time. */
static inline WIDE uint64_t advance_256(
    const struct constants *crc, uint64_t value, const uint8_t *bytes, size_t count) {
    const uint8_t *end = bytes + count;
    if (count < 16) return advance_short(crc, value, bytes, count);
    if (count < 32) {
        v128 a = xor128(load(bytes), words(value, 0));
        return finish(crc, a, end, count - 16);
    }
    v256 a = _mm256_xor_si256(load_wide(bytes), _mm256_zextsi128_si256(words(value, 0)));
    if (count >= 128) {
        v256 b = load_wide(bytes + 32), c = load_wide(bytes + 64);
        v256 d = load_wide(bytes + 96);
        if (count >= 512) {
            v256 e = load_wide(bytes + 128), f = load_wide(bytes + 160);
            v256 g = load_wide(bytes + 192), h = load_wide(bytes + 224);
            do {
                bytes += 256;
                count -= 256;
                a = add_wide(a, crc->fold256, load_wide(bytes));
                b = add_wide(b, crc->fold256, load_wide(bytes + 32));
                c = add_wide(c, crc->fold256, load_wide(bytes + 64));
                d = add_wide(d, crc->fold256, load_wide(bytes + 96));
                e = add_wide(e, crc->fold256, load_wide(bytes + 128));
                f = add_wide(f, crc->fold256, load_wide(bytes + 160));
                g = add_wide(g, crc->fold256, load_wide(bytes + 192));
                h = add_wide(h, crc->fold256, load_wide(bytes + 224));
            } while (count >= 512);
            bytes += 128;
            count -= 128;
            a = add_wide(a, crc->fold128, e);
            b = add_wide(b, crc->fold128, f);
            c = add_wide(c, crc->fold128, g);
            d = add_wide(d, crc->fold128, h);
        }
        while (count >= 256) {
            bytes += 128;
            count -= 128;
            a = add_wide(a, crc->fold128, load_wide(bytes));
            b = add_wide(b, crc->fold128, load_wide(bytes + 32));
            c = add_wide(c, crc->fold128, load_wide(bytes + 64));
            d = add_wide(d, crc->fold128, load_wide(bytes + 96));
        }
        c = add_wide(a, crc->fold64, c);
        d = add_wide(b, crc->fold64, d);
        a = add_wide(c, crc->fold32, d);
        count -= 96;
    }
    /* Here `a` is folded into the 32 bytes at end - count. */
    while (count >= 64) {
        count -= 32;
        a = add_wide(a, crc->fold32, load_wide(end - count));
    }
    v128 last = add(_mm256_castsi256_si128(a), crc->fold16, _mm256_extracti128_si256(a, 1));
    return finish(crc, last, end, count - 32);
}

/* Moves the register over `count` bytes, a multiple of 256 and not zero, and copies them: each byte is loaded once. */
static inline WIDE uint64_t copy_256(
    const struct constants *crc, uint64_t value, uint8_t *to, const uint8_t *bytes, size_t count) {
    v256 sums[8];
    for (int i = 0; i < 8; i++) {
        sums[i] = load_wide(bytes + 32 * i);
        store_wide(to + 32 * i, sums[i]);
    }
    sums[0] = _mm256_xor_si256(sums[0], _mm256_zextsi128_si256(words(value, 0)));
    for (size_t position = 256; position < count; position += 256) {
        for (int i = 0; i < 8; i++) {
            v256 next = load_wide(bytes + position + 32 * i);
            store_wide(to + position + 32 * i, next);
            sums[i] = add_wide(sums[i], crc->fold256, next);
        }
    }
    for (int i = 0; i < 4; i++) sums[i + 4] = add_wide(sums[i], crc->fold128, sums[i + 4]);
    for (int i = 4; i < 6; i++) sums[i + 2] = add_wide(sums[i], crc->fold64, sums[i + 2]);
    v256 a = add_wide(sums[6], crc->fold32, sums[7]);
    return reduce(crc, add(_mm256_castsi256_si128(a), crc->fold16, _mm256_extracti128_si256(a, 1)));
}

#endif

/* Moves the register with the instructions of a level that the processor has. */
static inline __attribute__((always_inline)) uint64_t advance(
    enum hardware_crc_level level, const struct constants *crc, uint64_t value, const void *bytes, size_t count) {
#if defined(__x86_64__)
    if (level == HARDWARE_CRC_256_BITS) return advance_256(crc, value, bytes, count);
#else
    (void)level;
#endif
    return advance_128(crc, value, bytes, count);
}

/* Before the first checksum, unless another constructor computes one: that checksum is then computed in Swift. */
__attribute__((constructor)) static void store_level(void) { hardware_crc_stored_level = (unsigned char)detected_level(); }

#else

/* Never called, because no processor has a level that allows it. */
static inline uint64_t advance(
    enum hardware_crc_level level, const struct constants *crc, uint64_t value, const void *bytes, size_t count) {
    (void)level, (void)crc, (void)bytes, (void)count;
    return value;
}

#endif

unsigned char hardware_crc_stored_level = HARDWARE_CRC_NO_INSTRUCTIONS;

uint32_t hardware_crc32_advance(enum hardware_crc_level level, uint32_t value, const void *bytes, size_t count) {
    return (uint32_t)advance(level, &crc32, value, bytes, count);
}

uint32_t hardware_crc32_copy(
    enum hardware_crc_level level, uint32_t value, void *to, const void *bytes, size_t count) {
#if AVAILABLE && defined(__x86_64__)
    if (level == HARDWARE_CRC_256_BITS && count >= 256) {
        size_t copied = count & ~(size_t)255;
        value = (uint32_t)copy_256(&crc32, value, to, bytes, copied);
        to = (uint8_t *)to + copied;
        bytes = (const uint8_t *)bytes + copied;
        count -= copied;
    }
#endif
    value = hardware_crc32_advance(level, value, bytes, count);
    if (count > 0) __builtin_memcpy(to, bytes, count);
    return value;
}

uint32_t hardware_crc32c_advance(enum hardware_crc_level level, uint32_t value, const void *bytes, size_t count) {
    return (uint32_t)advance(level, &crc32c, value, bytes, count);
}

uint64_t hardware_crc64nvme_advance(enum hardware_crc_level level, uint64_t value, const void *bytes, size_t count) {
    return advance(level, &crc64nvme, value, bytes, count);
}
