#ifndef C_HARDWARE_CHECKSUM_H
#define C_HARDWARE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Which instructions the processor has. */
enum hardware_crc_level {
    /* None that are used here. */
    HARDWARE_CRC_NO_INSTRUCTIONS = 1,
    /* Multiplication of 64 bits: PCLMULQDQ, or PMULL and CRC32. */
    HARDWARE_CRC_128_BITS = 2,
    /* Two of them at once: VPCLMULQDQ with AVX2. */
    HARDWARE_CRC_256_BITS = 3,
};

/* The level of this processor, stored when the program starts. */
extern unsigned char hardware_crc_stored_level;

/* Returns the level of this processor. */
static inline enum hardware_crc_level hardware_crc_level(void) { return (enum hardware_crc_level)hardware_crc_stored_level; }

/* Moves the register of a CRC over `count` bytes, with the instructions of a level that the processor has and that is not
   HARDWARE_CRC_NO_INSTRUCTIONS. The register before the first byte has all bits set. */
uint32_t hardware_crc32_advance(enum hardware_crc_level level, uint32_t value, const void *bytes, size_t count);
uint32_t hardware_crc32c_advance(enum hardware_crc_level level, uint32_t value, const void *bytes, size_t count);
uint64_t hardware_crc64nvme_advance(enum hardware_crc_level level, uint64_t value, const void *bytes, size_t count);

/* Moves the register of a CRC-32 over `count` bytes and copies them to `to`, which does not overlap them. */
uint32_t hardware_crc32_copy(enum hardware_crc_level level, uint32_t value, void *to, const void *bytes, size_t count);

#endif
