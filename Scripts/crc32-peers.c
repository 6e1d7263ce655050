/* Times the CRC-32 of libdeflate and ISA-L next to zlib's, as Benchmarks times ours: consecutive inputs in more memory than the L1
   cache has, alternating between the functions, in processor time. Prints JSON: for each length the nanoseconds per checksum.

   Compiled by Scripts/compare-peers with -DLIBDEFLATE and -DISAL, as far as the libraries are installed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <zlib.h>
#ifdef LIBDEFLATE
#include <libdeflate.h>
#endif
#ifdef ISAL
#include <isa-l/crc.h>
#endif

enum { ROUNDS = 15, LEAST_MEMORY = 256 * 1024, NANOSECONDS_PER_TIMING = 10 * 1000 * 1000 };

typedef uint32_t (*checksum)(const uint8_t *, size_t);

static uint32_t of_zlib(const uint8_t *bytes, size_t count) { return (uint32_t)crc32(0, bytes, (unsigned)count); }

#ifdef LIBDEFLATE
static uint32_t of_libdeflate(const uint8_t *bytes, size_t count) { return libdeflate_crc32(0, bytes, count); }
#endif

#ifdef ISAL
static uint32_t of_isal(const uint8_t *bytes, size_t count) { return crc32_gzip_refl(0, bytes, count); }
#endif

static const struct {
    const char *name;
    checksum function;
} peers[] = {
    {"zlib", of_zlib},
#ifdef LIBDEFLATE
    {"libdeflate", of_libdeflate},
#endif
#ifdef ISAL
    {"ISA-L", of_isal},
#endif
};

enum { PEERS = sizeof peers / sizeof peers[0] };

static volatile uint32_t sink;

static double nanoseconds(checksum function, const uint8_t *memory, size_t memory_length, size_t length, long operations) {
    struct timespec start, end;
    uint32_t sum = 0;
    size_t position = 0;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &start);
    for (long i = 0; i < operations; i++) {
        if (position + length > memory_length) position = 0;
        sum += function(memory + position, length);
        position += length;
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    sink = sum;
    return (end.tv_sec - start.tv_sec) * 1e9 + (end.tv_nsec - start.tv_nsec);
}

static int ascending(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void measure(size_t length, const uint8_t *memory, int is_first) {
    size_t memory_length = 2 * length > LEAST_MEMORY ? 2 * length : LEAST_MEMORY;
    double times[PEERS][ROUNDS];
    long operations[PEERS];
    for (int peer = 0; peer < PEERS; peer++) {
        if (peers[peer].function(memory, length) != of_zlib(memory, length)) {
            fprintf(stderr, "%s: the CRC-32 of %zu bytes differs from zlib's\n", peers[peer].name, length);
            exit(1);
        }
        long trial = 1;
        double time;
        while ((time = nanoseconds(peers[peer].function, memory, memory_length, length, trial)) < NANOSECONDS_PER_TIMING / 4) {
            trial *= 2;
        }
        operations[peer] = (long)(trial * (NANOSECONDS_PER_TIMING / time)) + 1;
    }
    for (int round = 0; round < ROUNDS; round++) {
        for (int peer = 0; peer < PEERS; peer++) {
            times[peer][round] =
                nanoseconds(peers[peer].function, memory, memory_length, length, operations[peer]) / (double)operations[peer];
        }
    }
    printf("%s\"%zu\": {", is_first ? "" : ", ", length);
    for (int peer = 0; peer < PEERS; peer++) {
        qsort(times[peer], ROUNDS, sizeof(double), ascending);
        printf("%s\"%s\": %.2f", peer == 0 ? "" : ", ", peers[peer].name, times[peer][ROUNDS / 2]);
    }
    printf("}");
}

int main(void) {
    static const size_t lengths[] = {16, 64, 256, 1024, 4096, 16384, 65536, 1048576};
    static uint8_t memory[2 * 1048576];
    uint64_t state = 0x9e3779b97f4a7c15;
    for (size_t i = 0; i < sizeof memory; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        memory[i] = (uint8_t)(state >> 32);
    }
    printf("{");
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) measure(lengths[i], memory, i == 0);
    printf("}\n");
}
