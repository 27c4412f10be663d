// How the weights of a block engine's layers come: as a coded stream, in slices of output channels, each of which is in
// the weight buffer before its blocks begin, and on its way while those before it are computed.
//
// Bytes of a stream: `ratio` of its weights' (the decoder's code is without loss, and int8 weights of trained networks
// hardly shrink), where taps are taken four at a time rounded up to fours of each sub-kernel; 10 of each channel for
// scale and bias; all in multiples of 16.
//
// Slices. Of a layer behind another one there is `slack`: the cycles in which that one computes its last slice, under
// which the first slice of this one comes. Where the whole stream takes longer than the slack, or half of the buffer,
// the first slice has the channels that come in time (multiples of 16, at least 16), the others as many as the memory
// brings while the first is computed, in whole blocks if that is one. Where no two slices have room, nothing passes
// the buffer: blocks take their weights from memory as they go.
// Cycles of a layer with its stream, with `one` those of the first slice's transfer, `whole` of all, `last` those of
// computing the last slice:
//   one slice   compute + max(whole - slack, 0)
//   several     max(whole - slack + last, compute + max(one - slack, 0))
// Source: how Arm's compiler Vela plans and counts (ethos-u-vela 3.10, scheduler.py, npu_performance.py); bytes per
// channel and alignment: its weight_compressor.py.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/mapping/block_engine/block_times.h"

namespace subvolt::mapping {

struct WeightSlice {
  std::int64_t first = 0, channels = 0;  // of the outputs
  std::int64_t bytes = 0;
};

struct WeightPlan {
  std::vector<WeightSlice> slices;  // none: from memory as blocks go, or there are no weights
  std::int64_t compute = 0;         // cycles of the layer, its weights at hand
  std::int64_t cycles = 0;          // with waits for them
  std::int64_t slack = 0;           // for the layer behind it
};

struct WeightSource {
  double ratio = 1.0;       // of the code
  std::int64_t buffer = 0;  // bytes of the weight buffer
  bool buffered = true;     // whether they pass it
  // Of a transfer of so many bytes from the memory.
  std::function<std::int64_t(std::int64_t bytes)> cycles;
};

// Of `channels` of the layer's outputs.
std::int64_t stream_bytes(const BlockWork& work, const BlockChoice& choice, std::int64_t channels, double ratio);

// The same layer with fewer output channels.
BlockWork some_channels(BlockWork work, std::int64_t channels);

// `slack`: that of the layer before; 0: there is none.
WeightPlan plan_weights(const BlockEngineMachine& machine, const BlockWork& work, const BlockChoice& choice,
                        const WeightSource& source, std::int64_t slack);

}  // namespace subvolt::mapping
