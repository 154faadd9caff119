// The scaler on a processor, for tests: the threads of a block in turn, and the blocks after each other.
#include "scaler.h"
#include <vector>

extern "C" void scale(
    const Plane *planes, const Tile *tiles, int tile_count, int shared_bytes, const int *tables,
    const byte *luma, const byte *chroma_1, const byte *chroma_2,
    int luma_pitch, int chroma_pitch, int chroma_step, byte *output
) {
    Source source = {{luma, chroma_1, chroma_2}, luma_pitch, chroma_pitch, chroma_step};
    for (int n = 0; n < tile_count; n++) {
        // Rubbish, as shared memory holds it; exactly as much as a block asks for, so that a checker sees what is beyond.
        std::vector<int> shared(shared_bytes / 4, 0x7abc9def);
        short *rows = (short *)shared.data();
        const Plane &plane = planes[tiles[n].plane];
        for (int thread = 0; thread < THREADS; thread++) scale_across(thread, plane, tiles[n], tables, source, rows);
        for (int thread = 0; thread < THREADS; thread++) scale_down(thread, plane, tiles[n], tables, rows, output);
    }
}
