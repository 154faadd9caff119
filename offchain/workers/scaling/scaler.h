// The exact scaler: all planes of all renditions of a picture, 8 bits, 4:2:0 (facts: transcode 4.1, 4.2).
//
// One source for two compilers. NVRTC makes the kernel at the end; a plain C++ compiler makes the same arithmetic for
// tests on machines without a GPU. Integers throughout: with the tables of taps.py the result equals libswscale's.
//
// A block of THREADS threads makes one tile: TILE columns of a plane, and as many rows as its plane says. First every
// source row that the tile needs is scaled across into `rows`, then those are scaled down. Two functions, each run by
// every thread, with a barrier between them.

#ifdef __CUDACC__
#define SCALER_FN static __device__ __forceinline__
#else
#define SCALER_FN static inline
#endif

typedef unsigned char byte;
typedef unsigned int word;

enum { THREADS = 256, TILE = 64, AT_ONCE = 4 };

// Four horizontal weights of one column, as two pairs of 16 bits.
struct alignas(8) Weights {
    int low, high;
};

// A plane of a rendition; written by plan.py, field by field.
struct Plane {
    int kind;                       // 0 luma, 1 the first, 2 the second chroma plane
    int source_width, source_height;
    int width, height;
    int tile_height;                // rows of a tile, the last ones excepted
    int quads;                      // horizontal taps, in fours
    int pairs;                      // vertical taps, in twos
    int across, across_weights;     // places in the tables: first sample of each column; Weights [quad][column]
    int down, down_weights;         // first row of each row; pairs of 16 bits [row][pair]
    int target, pitch, step;        // bytes: place of the first sample in the output, from row to row, between samples
};

struct Tile {
    int plane, column, row;
};

// A picture as it lies in memory. `step` is 1 for planes of their own, 2 for chroma samples in turn (NV12), where both
// chroma pointers are the same. Pointers and pitches are multiples of 4; a row may be read up to its pitch.
struct Source {
    const byte *planes[3];
    int luma_pitch, chroma_pitch, chroma_step;
};

SCALER_FN int least(int a, int b) { return a < b ? a : b; }
SCALER_FN int low_half(int pair) { return (short)(pair & 0xffff); }
SCALER_FN int high_half(int pair) { return pair >> 16; }

// Sum of two signed 16-bit weights times the lower (upper) two unsigned bytes of four.
SCALER_FN int dot_low(int weights, word samples, int sum) {
#ifdef __CUDACC__
    asm("dp2a.lo.s32.u32 %0, %1, %2, %0;" : "+r"(sum) : "r"(weights), "r"(samples));
    return sum;
#else
    return sum + low_half(weights) * (int)(samples & 255) + high_half(weights) * (int)(samples >> 8 & 255);
#endif
}

SCALER_FN int dot_high(int weights, word samples, int sum) {
#ifdef __CUDACC__
    asm("dp2a.hi.s32.u32 %0, %1, %2, %0;" : "+r"(sum) : "r"(weights), "r"(samples));
    return sum;
#else
    return dot_low(weights, samples >> 16, sum);
#endif
}

// Four bytes out of eight, from byte `shift / 8` on; shift is 0, 8, 16 or 24.
SCALER_FN word shifted(word low, word high, int shift) {
#ifdef __CUDACC__
    return __funnelshift_r(low, high, shift);
#else
    return (word)((((unsigned long long)high << 32) | low) >> shift);
#endif
}

// Every second byte of eight: the even ones for kind 1, the odd ones for kind 2.
SCALER_FN word every_second(word low, word high, int kind) {
#ifdef __CUDACC__
    return __byte_perm(low, high, kind == 1 ? 0x6420 : 0x7531);
#else
    low >>= 8 * (kind - 1), high >>= 8 * (kind - 1);
    return (low & 255) | (low >> 8 & 0xff00) | (high & 255) << 16 | (high >> 16 & 255) << 24;
#endif
}

// Samples 4i to 4i+3 of a row; beyond its end any, since their weights are 0, but never memory beyond the row.
SCALER_FN word four_samples(const byte *row, const Plane &plane, int step, int i) {
    const word *words = (const word *)row;
    i = least(i, (plane.source_width - 1) / 4);
    if (step == 1) return words[i];
    int last = (2 * plane.source_width - 1) / 4;
    return every_second(words[2 * i], words[least(2 * i + 1, last)], plane.kind);
}

// First source row of a tile, and one past its last; what lies beyond the picture has weights of 0.
SCALER_FN int first_row(const Plane &plane, const Tile &tile, const int *tables) {
    return tables[plane.down + tile.row];
}

SCALER_FN int end_row(const Plane &plane, const Tile &tile, const int *tables) {
    int last = least(tile.row + plane.tile_height, plane.height) - 1;
    return tables[plane.down + last] + 2 * plane.pairs;
}

// A thread's share of scaling across: one column, AT_ONCE rows at a time.
SCALER_FN void scale_across(
    int thread, const Plane &plane, const Tile &tile, const int *tables, const Source &source, short *rows
) {
    int column = tile.column + thread % TILE;
    if (column >= plane.width) return;
    int pitch = plane.kind ? source.chroma_pitch : source.luma_pitch;
    int step = plane.kind ? source.chroma_step : 1;
    const byte *samples = source.planes[plane.kind];
    const Weights *weights = (const Weights *)(tables + plane.across_weights) + column;
    int start = tables[plane.across + column];
    int top = first_row(plane, tile, tables), count = end_row(plane, tile, tables) - top;

    for (int done = thread / TILE * AT_ONCE; done < count; done += THREADS / TILE * AT_ONCE) {
        const byte *from[AT_ONCE];
        word before[AT_ONCE];
        int sum[AT_ONCE];
#pragma unroll
        for (int n = 0; n < AT_ONCE; n++) {
            from[n] = samples + (long long)least(top + done + n, plane.source_height - 1) * pitch;
            before[n] = four_samples(from[n], plane, step, start / 4);
            sum[n] = 0;
        }
        for (int quad = 0; quad < plane.quads; quad++) {
            Weights four = weights[quad * plane.width];
#pragma unroll
            for (int n = 0; n < AT_ONCE; n++) {
                word after = four_samples(from[n], plane, step, start / 4 + quad + 1);
                word used = shifted(before[n], after, start % 4 * 8);
                sum[n] = dot_high(four.high, used, dot_low(four.low, used, sum[n]));
                before[n] = after;
            }
        }
#pragma unroll
        for (int n = 0; n < AT_ONCE; n++) {
            if (done + n < count) rows[(done + n) * TILE + thread % TILE] = (short)least(sum[n] >> 7, 32767);
        }
    }
}

SCALER_FN byte sample_of(int sum) {
    sum = (sum + (1 << 18)) >> 19;
    return (byte)(sum < 0 ? 0 : least(sum, 255));
}

// A thread's share of scaling down: two columns next to each other, every (THREADS / 32)th row of the tile.
SCALER_FN void scale_down(
    int thread, const Plane &plane, const Tile &tile, const int *tables, const short *rows, byte *output
) {
    int left = thread % (TILE / 2) * 2, column = tile.column + left;
    if (column >= plane.width) return;
    int top = first_row(plane, tile, tables), end = least(tile.row + plane.tile_height, plane.height);

    for (int row = tile.row + thread / (TILE / 2); row < end; row += THREADS / (TILE / 2)) {
        const int *weights = tables + plane.down_weights + row * plane.pairs;
        const short *from = rows + (tables[plane.down + row] - top) * TILE + left;
        int first = 0, second = 0;
        for (int pair = 0; pair < plane.pairs; pair++, from += 2 * TILE) {
            int upper = *(const int *)from, lower = *(const int *)(from + TILE), both = weights[pair];
            first += low_half(both) * low_half(upper) + high_half(both) * low_half(lower);
            second += low_half(both) * high_half(upper) + high_half(both) * high_half(lower);
        }
        byte *to = output + plane.target + (long long)row * plane.pitch + column * plane.step;
        to[0] = sample_of(first);
        if (column + 1 < plane.width) to[plane.step] = sample_of(second);
    }
}

#ifdef __CUDACC__
// Grid: tiles of a picture, pictures. Pictures follow each other at `source_stride` and `output_stride` bytes.
extern "C" __global__ void __launch_bounds__(THREADS) scale(
    const Plane *planes, const Tile *tiles, const int *tables,
    const byte *luma, const byte *chroma_1, const byte *chroma_2,
    int luma_pitch, int chroma_pitch, int chroma_step, byte *output,
    long long source_stride, long long output_stride
) {
    extern __shared__ int shared[];
    short *rows = (short *)shared;
    Tile tile = tiles[blockIdx.x];
    Plane plane = planes[tile.plane];
    long long skip = blockIdx.y * source_stride;
    Source source = {{luma + skip, chroma_1 + skip, chroma_2 + skip}, luma_pitch, chroma_pitch, chroma_step};
    scale_across(threadIdx.x, plane, tile, tables, source, rows);
    __syncthreads();
    scale_down(threadIdx.x, plane, tile, tables, rows, output + blockIdx.y * output_stride);
}
#endif
