// A matrix product out [rows, N] with fused epilogue. The includer defines N, SEGMENTS and SEGMENT_K, binds `out` and
// the operands of the epilogue, and defines the loaders that the cores list.
#flags KVEC NVEC TILED
struct ProductParams {
    // Rows of the result.
    rows: u32,
    // First tile of this dispatch: tile.wgsl counts rows of tiles, direct.wgsl single tiles.
    first_tile: u32,
    // Tiles in this dispatch, in the same unit. Only direct.wgsl reads it.
    tiles: u32,
}

@group(0) @binding(0) var<uniform> params: ProductParams;

// Elements along K and along N: vectors where the width is a multiple of four.
#if KVEC
alias KTYPE = vec4<f32>;
#else
alias KTYPE = f32;
#endif
#if NVEC
alias NTYPE = vec4<f32>;
#else
alias NTYPE = f32;
#endif

#include shared/epilogue.wgsl
#if TILED
#include shared/tile.wgsl
#else
#include shared/direct.wgsl
#endif
