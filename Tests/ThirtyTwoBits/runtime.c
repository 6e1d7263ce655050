// What Embedded Swift needs from a C library. There is none for wasm32-unknown-none.

typedef __SIZE_TYPE__ size_t;
typedef __UINTPTR_TYPE__ uintptr_t;

// These compile to WebAssembly's bulk-memory instructions.
void *memcpy(void *to, const void *from, size_t count) { return __builtin_memcpy(to, from, count); }
void *memmove(void *to, const void *from, size_t count) { return __builtin_memmove(to, from, count); }
void *memset(void *to, int byte, size_t count) { return __builtin_memset(to, byte, count); }

int memcmp(const void *left, const void *right, size_t count) {
    const unsigned char *a = left, *b = right;
    for (size_t index = 0; index < count; index++)
        if (a[index] != b[index]) return a[index] < b[index] ? -1 : 1;
    return 0;
}

// An allocator with one free list for each power of two.
extern unsigned char __heap_base;
static uintptr_t heap_end;

struct block {
    struct block *next;
    uintptr_t order;
};
static struct block *free_lists[32];

int posix_memalign(void **result, size_t alignment, size_t count) {
    if (alignment < 16) alignment = 16;
    if (count > 0x70000000) return 12;
    size_t needed = count + sizeof(struct block) + sizeof(void *) + alignment;
    uintptr_t order = 32 - (uintptr_t)__builtin_clz((unsigned)needed - 1);
    struct block *block = free_lists[order];
    if (block) {
        free_lists[order] = block->next;
    } else {
        if (!heap_end) heap_end = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
        // In 64 bits, so that the sum cannot wrap around.
        unsigned long long end = (unsigned long long)heap_end + (1ull << order);
        unsigned long long have = (unsigned long long)__builtin_wasm_memory_size(0) << 16;
        if (end > have && __builtin_wasm_memory_grow(0, (size_t)((end - have + 65535) >> 16)) == (size_t)-1) return 12;
        block = (struct block *)heap_end;
        heap_end = (uintptr_t)end;
        block->order = order;
    }
    uintptr_t start = (uintptr_t)(block + 1) + sizeof(void *);
    start = (start + alignment - 1) & ~(uintptr_t)(alignment - 1);
    ((struct block **)start)[-1] = block;
    *result = (void *)start;
    return 0;
}

void free(void *pointer) {
    if (!pointer) return;
    struct block *block = ((struct block **)pointer)[-1];
    block->next = free_lists[block->order];
    free_lists[block->order] = block;
}

uintptr_t __stack_chk_guard = 0x5afe57ac;
void __stack_chk_fail(void) { __builtin_trap(); }

void arc4random_buf(void *buffer, size_t count) { memset(buffer, 0x5a, count); }
int putchar(int character) { return character; }
