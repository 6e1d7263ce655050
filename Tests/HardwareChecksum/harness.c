/* Compares CHardwareChecksum with CRCs that are computed bit by bit: every length to 3,000, random registers, and every alignment
   to 64 for short lengths. Each message ends where its memory ends, so a sanitizer sees a read past it. */
#include "HardwareChecksum.c"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 3000, ALIGNMENTS = 64, SHORT = 600 };

typedef uint64_t (*advance_function)(const struct constants *, uint64_t, const uint8_t *, size_t);

static uint64_t bit_by_bit(uint64_t generator, uint64_t value, uint8_t byte) {
    value ^= byte;
    for (int bit = 0; bit < 8; bit++) value = value >> 1 ^ (value & 1 ? generator : 0);
    return value;
}

static uint64_t random_word(void) {
    static uint64_t state = 0x9e3779b97f4a7c15;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static int compare(const char *name, const struct constants *crc, uint64_t generator, uint64_t mask, advance_function function) {
    static uint8_t message[LONGEST];
    for (size_t length = 0; length <= LONGEST; length++) {
        uint64_t start = random_word() & mask, expected = start;
        for (size_t i = 0; i < length; i++) {
            message[i] = (uint8_t)(random_word() >> 32);
            expected = bit_by_bit(generator, expected, message[i]);
        }
        for (size_t alignment = length <= SHORT ? 0 : length % ALIGNMENTS; alignment < ALIGNMENTS; alignment += length <= SHORT ? 1 : ALIGNMENTS) {
            uint8_t *memory = malloc(alignment + length);
            if (memory == NULL && alignment + length > 0) return 1;
            if (length > 0) memcpy(memory + alignment, message, length);
            uint64_t found = function(crc, start, memory + alignment, length);
            free(memory);
            if (found == expected) continue;
            printf("%s: %zu bytes at %zu after %016llx: found %016llx, expected %016llx\n", name, length, alignment,
                (unsigned long long)start, (unsigned long long)found, (unsigned long long)expected);
            return 1;
        }
    }
    return 0;
}

static int compare_all(const char *name, advance_function function) {
    if (compare("CRC-32", &crc32, 0xedb88320, UINT32_MAX, function)) return 1;
    if (compare("CRC-32C", &crc32c, 0x82f63b78, UINT32_MAX, function)) return 1;
    if (compare("CRC-64/NVME", &crc64nvme, 0x9a6c9329ac4bc9b5, UINT64_MAX, function)) return 1;
    printf("%s: CRC-32, CRC-32C and CRC-64/NVME are correct to %d bytes\n", name, LONGEST);
    return 0;
}

/* Copies every length of a message, and compares the copy and the checksum. */
static int compare_copies(enum hardware_crc_level level) {
    static uint8_t message[LONGEST];
    for (size_t i = 0; i < LONGEST; i++) message[i] = (uint8_t)(random_word() >> 32);
    for (size_t length = 0; length <= LONGEST; length++) {
        uint8_t *copy = malloc(length + 1);
        if (copy == NULL) return 1;
        copy[length] = 0xa5;
        uint32_t start = (uint32_t)random_word();
        uint32_t found = hardware_crc32_copy(level, start, copy, message, length);
        int is_correct = found == hardware_crc32_advance(level, start, message, length) && copy[length] == 0xa5
            && memcmp(copy, message, length) == 0;
        free(copy);
        if (!is_correct) {
            printf("level %d: the copy of %zu bytes is wrong\n", level, length);
            return 1;
        }
    }
    return 0;
}

int main(void) {
    enum hardware_crc_level level = hardware_crc_level();
    if (level < HARDWARE_CRC_128_BITS) printf("this processor has no instructions for CRCs\n");
    if (level >= HARDWARE_CRC_128_BITS && compare_all("128 bits", advance_128)) return 1;
#if defined(__x86_64__)
    if (level >= HARDWARE_CRC_256_BITS && compare_all("256 bits", advance_256)) return 1;
#endif
    for (enum hardware_crc_level each = HARDWARE_CRC_128_BITS; each <= level; each++) {
        if (compare_copies(each)) return 1;
    }
    return 0;
}
