/* Operations on sixteen bytes of x86-64 and arm64, and on 32 bytes of x86-64. AVAILABLE says whether there are any. */
#if defined(__x86_64__) && (defined(__linux__) || defined(__APPLE__))
#include <immintrin.h>
#define AVAILABLE 1
#define NARROW __attribute__((target("pclmul,sse4.1")))
#define WIDE __attribute__((target("vpclmulqdq,pclmul,avx2")))
#elif defined(__aarch64__) && !defined(__AARCH64EB__) && (defined(__linux__) || defined(__APPLE__))
#include <arm_acle.h>
#include <arm_neon.h>
#if defined(__linux__) && !(defined(__ARM_FEATURE_AES) && defined(__ARM_FEATURE_CRC32))
#include <sys/auxv.h>
#endif
#define AVAILABLE 1
#define NARROW __attribute__((target("+crypto+crc")))
#else
#define AVAILABLE 0
#endif

#if AVAILABLE

/* Loads of any alignment. The bytes of a message and the words of both processors have the same order. */
static inline __attribute__((always_inline)) uint64_t load64(const uint8_t *bytes) {
    uint64_t word;
    __builtin_memcpy(&word, bytes, sizeof word);
    return word;
}

static inline __attribute__((always_inline)) uint32_t load32(const uint8_t *bytes) {
    uint32_t word;
    __builtin_memcpy(&word, bytes, sizeof word);
    return word;
}

/* The operations on sixteen bytes. */
#define OPERATION static inline __attribute__((always_inline)) NARROW

#if defined(__x86_64__)

typedef __m128i v128;

OPERATION v128 load(const void *bytes) { return _mm_loadu_si128((const __m128i *)bytes); }

OPERATION v128 words(uint64_t first, uint64_t second) { return _mm_set_epi64x((long long)second, (long long)first); }

OPERATION uint64_t second_word(v128 a) { return (uint64_t)_mm_extract_epi64(a, 1); }

OPERATION v128 xor128(v128 a, v128 b) { return _mm_xor_si128(a, b); }

/* a.first · b.first + a.second · b.second */
OPERATION v128 fold(v128 a, v128 b) {
    return _mm_xor_si128(_mm_clmulepi64_si128(a, b, 0x00), _mm_clmulepi64_si128(a, b, 0x11));
}

/* a.first · b.second */
OPERATION v128 product(v128 a, v128 b) { return _mm_clmulepi64_si128(a, b, 0x10); }

/* a.first · b.first */
OPERATION v128 first_product(v128 a, v128 b) { return _mm_clmulepi64_si128(a, b, 0x00); }

/* The second word of a as the first one, and zero. */
OPERATION v128 move_down(v128 a) { return _mm_srli_si128(a, 8); }

/* The bytes of a at the positions that the mask names, and zero where it has 255. */
OPERATION v128 shuffle(v128 a, v128 mask) { return _mm_shuffle_epi8(a, mask); }

/* The bytes of b where the mask has 255, and of a elsewhere. */
OPERATION v128 select_bytes(v128 a, v128 b, v128 mask) { return _mm_blendv_epi8(a, b, mask); }

#else

typedef uint64x2_t v128;

OPERATION v128 load(const void *bytes) { return vreinterpretq_u64_u8(vld1q_u8((const uint8_t *)bytes)); }

OPERATION v128 words(uint64_t first, uint64_t second) { return vcombine_u64(vcreate_u64(first), vcreate_u64(second)); }

OPERATION uint64_t second_word(v128 a) { return vgetq_lane_u64(a, 1); }

OPERATION v128 xor128(v128 a, v128 b) { return veorq_u64(a, b); }

OPERATION v128 first_product(v128 a, v128 b) {
    return vreinterpretq_u64_p128(vmull_p64((poly64_t)vgetq_lane_u64(a, 0), (poly64_t)vgetq_lane_u64(b, 0)));
}

OPERATION v128 product(v128 a, v128 b) {
    return vreinterpretq_u64_p128(vmull_p64((poly64_t)vgetq_lane_u64(a, 0), (poly64_t)vgetq_lane_u64(b, 1)));
}

OPERATION v128 fold(v128 a, v128 b) {
    v128 second = vreinterpretq_u64_p128(vmull_high_p64(vreinterpretq_p64_u64(a), vreinterpretq_p64_u64(b)));
    return veorq_u64(first_product(a, b), second);
}

OPERATION v128 move_down(v128 a) { return vextq_u64(a, vdupq_n_u64(0), 1); }

OPERATION v128 shuffle(v128 a, v128 mask) {
    return vreinterpretq_u64_u8(vqtbl1q_u8(vreinterpretq_u8_u64(a), vreinterpretq_u8_u64(mask)));
}

OPERATION v128 select_bytes(v128 a, v128 b, v128 mask) {
    /* Only 255 has the highest bit, because positions are below 16. */
    uint8x16_t all = vcltzq_s8(vreinterpretq_s8_u64(mask));
    return vreinterpretq_u64_u8(vbslq_u8(all, vreinterpretq_u8_u64(b), vreinterpretq_u8_u64(a)));
}

#endif

#if defined(__x86_64__)

/* The operations on 32 bytes. */
typedef __m256i v256;

#define WIDE_OPERATION static inline __attribute__((always_inline)) WIDE

WIDE_OPERATION v256 load_wide(const void *bytes) {
    return _mm256_loadu_si256((const __m256i *)bytes);
}

WIDE_OPERATION void store_wide(void *bytes, v256 a) { _mm256_storeu_si256((__m256i *)bytes, a); }

#endif

#endif
