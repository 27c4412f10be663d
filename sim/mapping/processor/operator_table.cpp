#include "sim/mapping/processor/operator_table.h"

namespace subvolt::mapping {
namespace {

struct Row {
  const char* op;
  double int8;  // 0 below: as int8
  double int16, int32, fp16, fp32;
};

// Estimates, on an Arm Cortex-M4F class core: inner loops counted with its instruction timing (Cortex-M4 Technical
// Reference Manual, ARM 100166, tables 3-1 and 7-1): load 2 cycles, store and arithmetic 1, SMLAD (two products) 1,
// long multiply 1, division 12, taken branch 2 to 4 (1 per element in loops unrolled by four); VLDR 2, VSTR 2, VADD,
// VMUL, VCVT, VCMP 1, VMLA 3, VDIV and VSQRT 14. int8 and int16 as CMSIS-NN (github.com/ARM-software/CMSIS-NN) does
// them: "rescale" is a saturating doubling multiply with a rounding shift, 6 cycles. fp16 is computed as fp32: a
// VCVTB for each operand read and each result. Waiting for the bus comes on top, in the simulation.
constexpr Row kRows[] = {
    // Per MAC. int8: for 4 taps x 2 rows x 2 columns, 6 word loads 12, 6 extensions to int16 6, 8 SMLAD, loop 3: 29 for
    // 16; im2col with its extension and the rescale of each sum spread over the taps: 0.7. int16: no extensions, but a
    // load per two values and SMLALD. int32: two loads, a multiply-add, loop. fp32: blocks of 2 x 2, four loads 8, four
    // VMLA 12, loop 3: 23 for 4.
    {"conv2d", 2.5, 2.8, 6.0, 7.8, 5.8},
    {"conv1d", 2.5, 2.8, 6.0, 7.8, 5.8},
    // A third dimension adds a loop and its addresses: once for kernel height x width taps, little beside them.
    {"conv3d", 2.7, 3.0, 6.2, 8.0, 6.0},
    {"transposed_conv2d", 3.5, 4.0, 7.0, 9.8, 7.8},  // an int32 sum is loaded and stored once per product block
    {"transposed_conv1d", 3.5, 4.0, 7.0, 9.8, 7.8},
    {"transposed_conv3d", 3.7, 4.2, 7.2, 10.0, 8.0},
    // No two taps of one channel are neighbours: per four channels 2 word loads 4, 4 extensions, 4 multiply-adds,
    // loop 3.
    {"depthwise_conv2d", 3.8, 4.0, 6.0, 10.0, 8.0},
    {"depthwise_conv1d", 3.8, 4.0, 6.0, 10.0, 8.0},
    {"depthwise_conv3d", 4.0, 4.2, 6.2, 10.2, 8.2},
    // Two rows at once: for 8 products 3 word loads 6, 6 extensions, 4 SMLAD, loop 3.
    {"fully_connected", 2.4, 2.5, 6.0, 8.0, 6.0},
    {"batch_matmul", 2.5, 2.8, 6.0, 7.8, 5.8},
    {"lstm", 2.4, 2.5, 6.0, 8.0, 6.0},  // matrix-vector products, as fully_connected; the gates are `gate`
    {"gru", 2.4, 2.5, 6.0, 8.0, 6.0},
    {"rnn", 2.4, 2.5, 6.0, 8.0, 6.0},
    {"svdf", 2.6, 2.7, 6.0, 8.0, 6.0},  // and the state moves on by one step
    // Per element operation of a recurrent cell: a third are tables (load 2, interpolation 8), the others a product or
    // sum with its rescale 8; fp32: a third exponentials with a division, 80.
    {"gate", 9.0, 9.0, 12.0, 32.0, 30.0},

    // Per tap: load 2, add or compare 1, loop 1, conditional move 1; the division spread over the taps.
    {"average_pool", 4.0, 4.0, 4.0, 6.0, 4.0},
    {"average_pool1d", 4.0, 4.0, 4.0, 6.0, 4.0},
    {"max_pool", 5.0, 5.0, 5.0, 7.0, 5.0},
    {"max_pool1d", 5.0, 5.0, 5.0, 7.0, 5.0},
    {"average_pool3d", 4.0, 4.0, 4.0, 6.0, 4.0},
    {"max_pool3d", 5.0, 5.0, 5.0, 7.0, 5.0},
    {"l2_pool", 6.0, 6.0, 7.0, 8.0, 6.0},
    {"l2_pool1d", 6.0, 6.0, 7.0, 8.0, 6.0},
    {"l2_pool3d", 6.0, 6.0, 7.0, 8.0, 6.0},

    // Per result. Two loads 4, two offsets and left shifts 4, two rescales 12, sum 1, rescale 6, offset and clamp 4,
    // store 1, loop 2. int32 and fp32: two loads, operation, store, loop.
    {"add", 34.0, 30.0, 8.0, 11.0, 8.0},
    {"sub", 34.0, 30.0, 8.0, 11.0, 8.0},
    // Two loads 4, two offsets 2, product 1, rescale 6, offset and clamp 4, store 1, loop 2.
    {"mul", 20.0, 18.0, 8.0, 11.0, 8.0},
    {"squared_difference", 36.0, 32.0, 9.0, 12.0, 9.0},
    // A division, 12 (VDIV 14), and for int8 the scaling around it.
    {"div", 46.0, 44.0, 20.0, 24.0, 21.0},
    {"floor_div", 46.0, 44.0, 22.0, 26.0, 23.0},
    {"mod", 48.0, 46.0, 23.0, 30.0, 27.0},
    // Logarithm, product, exponential of the C library.
    {"pow", 60.0, 120.0, 150.0, 153.0, 150.0},
    // Two loads 4, comparison 1, conditional move 1, store 1, loop 1.
    {"minimum", 8.0, 8.0, 8.0, 11.0, 8.0},
    {"maximum", 8.0, 8.0, 8.0, 11.0, 8.0},
    {"equal", 8.0, 8.0, 8.0, 10.0, 8.0},
    {"not_equal", 8.0, 8.0, 8.0, 10.0, 8.0},
    {"greater", 8.0, 8.0, 8.0, 10.0, 8.0},
    {"greater_equal", 8.0, 8.0, 8.0, 10.0, 8.0},
    {"less", 8.0, 8.0, 8.0, 10.0, 8.0},
    {"less_equal", 8.0, 8.0, 8.0, 10.0, 8.0},
    {"logical_and", 7.0, 0, 0, 0, 0},
    {"logical_or", 7.0, 0, 0, 0, 0},
    {"logical_xor", 7.0, 0, 0, 0, 0},
    {"logical_not", 5.0, 0, 0, 0, 0},
    {"bit_shift", 7.0, 0, 0, 0, 0},  // as logical ones
    {"bitwise_and", 7.0, 0, 0, 0, 0},
    {"bitwise_or", 7.0, 0, 0, 0, 0},
    {"bitwise_xor", 7.0, 0, 0, 0, 0},
    {"bitwise_not", 5.0, 0, 0, 0, 0},
    {"where", 10.0, 10.0, 10.0, 10.0, 10.0},

    // Per element. int8: load 2, table look-up 2, store 1, loop 1. fp32: exponential 45 (polynomial of degree 5 with
    // range reduction), division 14, products, load, store, loop.
    {"activation", 6.0, 14.0, 80.0, 82.0, 80.0},
    {"clip", 6.0, 6.0, 6.0, 9.0, 7.0},  // two comparisons
    {"prelu", 16.0, 16.0, 10.0, 12.0, 9.0},
    {"abs", 6.0, 6.0, 5.0, 8.0, 6.0},
    {"neg", 6.0, 6.0, 5.0, 8.0, 6.0},
    {"sign", 6.0, 6.0, 7.0, 9.0, 8.0},
    {"square", 6.0, 10.0, 6.0, 8.0, 6.0},
    {"sqrt", 6.0, 30.0, 60.0, 21.0, 19.0},  // integers bit by bit; VSQRT 14
    {"rsqrt", 6.0, 45.0, 75.0, 35.0, 33.0},
    {"reciprocal", 6.0, 18.0, 18.0, 21.0, 19.0},
    {"exp", 6.0, 14.0, 55.0, 57.0, 55.0},
    {"log", 6.0, 14.0, 60.0, 62.0, 60.0},
    {"sin", 6.0, 14.0, 60.0, 62.0, 60.0},
    {"cos", 6.0, 14.0, 60.0, 62.0, 60.0},
    {"erf", 6.0, 14.0, 90.0, 92.0, 90.0},
    // Polynomials as for sin, with a division or a root; of the hyperbolic ones an exponential or logarithm besides.
    {"tan", 6.0, 14.0, 75.0, 77.0, 75.0},
    {"asin", 6.0, 14.0, 75.0, 77.0, 75.0},
    {"acos", 6.0, 14.0, 75.0, 77.0, 75.0},
    {"atan", 6.0, 14.0, 75.0, 77.0, 75.0},
    {"sinh", 6.0, 14.0, 75.0, 77.0, 75.0},
    {"cosh", 6.0, 14.0, 75.0, 77.0, 75.0},
    {"asinh", 6.0, 14.0, 95.0, 97.0, 95.0},
    {"acosh", 6.0, 14.0, 95.0, 97.0, 95.0},
    {"atanh", 6.0, 14.0, 95.0, 97.0, 95.0},
    {"shrink", 7.0, 7.0, 7.0, 10.0, 8.0},  // two comparisons and a sum
    {"is_nan", 6.0, 6.0, 6.0, 6.0, 6.0},
    {"is_inf", 6.0, 6.0, 6.0, 6.0, 6.0},
    {"trilu", 6.0, 6.0, 6.0, 6.0, 6.0},  // load 2, comparison with the row's limit and conditional move 2, store, loop
    // Per element operation, of which an element has four: load 2, multiply 1, add 1, shift 1, two comparisons 2, store
    // 1, loop 1, factors loaded once per channel. fp32: a rounding, VCVT twice, in place of the shift.
    {"requantize", 2.3, 2.3, 2.3, 3.3, 2.8},
    {"floor", 6.0, 6.0, 6.0, 9.0, 7.0},
    {"ceil", 6.0, 6.0, 6.0, 9.0, 7.0},
    {"round", 6.0, 6.0, 6.0, 9.0, 7.0},
    // Load 2, offset 1, rescale 6 or VCVT 1 with a product, clamp 2, store 1, loop 1.
    {"quantize", 13.0, 13.0, 13.0, 10.0, 9.0},
    {"dequantize", 8.0, 8.0, 8.0, 6.0, 5.0},
    {"cast", 5.0, 5.0, 5.0, 6.0, 6.0},

    // int8: maximum 5; the exponential twice, for the sum and for the result, at 15 multiplications with rounding of 6
    // cycles each: 180; scaling, clamp, store, loop 15. fp32: maximum 5, exponential and sum 55, division 20.
    {"softmax", 200.0, 120.0, 80.0, 83.0, 80.0},
    {"log_softmax", 200.0, 120.0, 80.0, 83.0, 80.0},
    // Per element operation (8, 4, 3 and 1 of them per element, counted by the network): a load or store every second.
    {"layer_norm", 4.0, 4.0, 4.0, 4.0, 3.5},
    {"instance_norm", 4.0, 4.0, 4.0, 4.0, 3.5},
    {"group_norm", 4.0, 4.0, 4.0, 4.0, 3.5},
    {"rms_norm", 4.0, 4.0, 4.0, 4.5, 4.0},
    {"l2_norm", 4.0, 4.0, 4.0, 4.5, 4.0},
    // Load, product with scale, sum, rescale, clamp, store, loop; parameters loaded, too.
    {"batch_norm", 18.0, 18.0, 12.0, 15.0, 12.0},
    // Per element: 5 squares of neighbours as a running sum 12, power of -0.75 by the C library.
    {"lrn", 70.0, 130.0, 170.0, 170.0, 167.0},

    // Per input element: load 2, operation 1, loop 1.
    {"mean", 4.0, 4.0, 4.0, 6.0, 4.0},
    {"reduce_sum", 4.0, 4.0, 4.0, 6.0, 4.0},
    {"reduce_max", 5.0, 5.0, 5.0, 7.0, 5.0},
    {"reduce_min", 5.0, 5.0, 5.0, 7.0, 5.0},
    {"reduce_prod", 10.0, 10.0, 5.0, 7.0, 5.0},
    {"reduce_l2", 5.0, 5.0, 5.0, 8.0, 6.0},
    {"arg_max", 6.0, 6.0, 6.0, 7.0, 6.0},
    {"arg_min", 6.0, 6.0, 6.0, 7.0, 6.0},
    {"cumsum", 6.0, 6.0, 6.0, 9.0, 7.0},
    {"top_k", 12.0, 12.0, 12.0, 14.0, 12.0},  // a heap of k, most elements stay outside

    // Per result: four loads 8, four products 4, sums 3, rescale 6 or none, store, addresses and loop 6.
    {"resize_bilinear", 28.0, 28.0, 24.0, 32.0, 26.0},
    // Sixteen loads 32, as many multiply-adds 16 (VMLA 48), five weights of a cubic each way 20, rescale 6, store,
    // addresses and loop 10.
    {"resize_cubic", 84.0, 84.0, 78.0, 116.0, 110.0},
    {"grid_sample", 36.0, 36.0, 32.0, 40.0, 34.0},  // as resize_bilinear, and a place with two coordinates to scale
    {"resize_nearest", 6.0, 6.0, 6.0, 6.0, 6.0},

    // Per element moved. Runs go by words, four int8 per load 2, store 1, loop 1; single elements one by one, with
    // addresses 3.
    {"concat", 1.5, 2.5, 4.5, 2.5, 4.5},
    {"split", 1.5, 2.5, 4.5, 2.5, 4.5},
    {"slice", 1.5, 2.5, 4.5, 2.5, 4.5},
    {"pad", 1.5, 2.5, 4.5, 2.5, 4.5},
    {"mirror_pad", 1.5, 2.5, 4.5, 2.5, 4.5},
    {"pack", 1.5, 2.5, 4.5, 2.5, 4.5},
    {"unpack", 1.5, 2.5, 4.5, 2.5, 4.5},
    {"tile", 1.5, 2.5, 4.5, 2.5, 4.5},
    {"broadcast_to", 4.0, 4.0, 4.5, 4.0, 4.5},
    {"fill", 0.5, 1.0, 1.5, 1.0, 1.5},
    {"range", 3.0, 3.0, 3.0, 4.0, 4.0},
    {"read_variable", 1.5, 2.5, 4.5, 2.5, 4.5},
    {"assign_variable", 1.5, 2.5, 4.5, 2.5, 4.5},
    {"transpose", 7.0, 7.0, 7.0, 7.0, 7.0},
    {"channel_shuffle", 7.0, 7.0, 7.0, 7.0, 7.0},
    {"depth_to_space", 7.0, 7.0, 7.0, 7.0, 7.0},
    {"space_to_depth", 7.0, 7.0, 7.0, 7.0, 7.0},
    {"space_to_batch", 7.0, 7.0, 7.0, 7.0, 7.0},
    {"batch_to_space", 7.0, 7.0, 7.0, 7.0, 7.0},
    {"reverse", 7.0, 7.0, 7.0, 7.0, 7.0},
    {"gather", 8.0, 8.0, 8.0, 8.0, 8.0},  // an index is loaded, too
    {"gather_nd", 10.0, 10.0, 10.0, 10.0, 10.0},
    {"scatter_nd", 12.0, 12.0, 12.0, 12.0, 12.0},
    {"one_hot", 4.0, 4.0, 4.0, 4.0, 4.0},
    {"reshape", 1.5, 2.5, 4.5, 2.5, 4.5},  // of a constant, into memory that is written
    {"identity", 1.5, 2.5, 4.5, 2.5, 4.5},

    // What only a processor does.
    {"shape_of", 3.0, 0, 0, 0, 0},
    {"non_max_suppression", 40.0, 0, 0, 42.0, 40.0},  // overlap with the boxes kept so far: about ten operations of 4
    {"yolo_head", 8.0, 16.0, 80.0, 82.0, 80.0},       // a logistic function each, and an exponential for some
    // TensorFlow Lite Micro's signal library, on int16 and int32 (signal/src). Window: two loads, product, shift,
    // saturation, store, loop. FFT: kissfft's butterflies, 10 operations in 24 cycles of loads, products and stores.
    {"signal_window", 10.0, 0, 0, 0, 0},
    {"rfft", 2.4, 0, 0, 2.8, 2.4},
    {"fft_auto_scale", 4.0, 0, 0, 0, 0},
    {"signal_energy", 3.0, 0, 0, 0, 0},
    {"filter_bank", 3.0, 0, 0, 0, 0},                // 64-bit sums
    {"filter_bank_square_root", 120.0, 0, 0, 0, 0},  // 64 bits, one bit at a time
    {"filter_bank_spectral_subtraction", 12.0, 0, 0, 0, 0},
    {"pcan", 60.0, 0, 0, 0, 0},             // a wide table with interpolation, shifts of 64 bits
    {"filter_bank_log", 40.0, 0, 0, 0, 0},  // count of leading zeros, table with interpolation
};

// Words of 64 bits are two of 32, with a carry between them.
constexpr double kTwoWords = 2.2;
// Estimate: addition and multiplication of doubles in software, 40 to 60 cycles (Arm's run-time library on a core
// with a single-precision unit), against the whole loop in single precision.
constexpr double kSoftwareDouble = 8.0;

}  // namespace

std::vector<std::pair<std::string, double>> default_operators() {
  std::vector<std::pair<std::string, double>> all;
  for (const Row& row : kRows) {
    const std::string op = row.op;
    const auto add = [&](const char* type, double cycles) {
      if (cycles > 0.0 && cycles != row.int8) all.emplace_back(op + "." + type, cycles);
    };
    all.emplace_back(op, row.int8);
    for (const char* type : {"int16", "uint16"}) add(type, row.int16);
    for (const char* type : {"int32", "uint32"}) add(type, row.int32);
    for (const char* type : {"int64", "uint64", "complex64"}) add(type, kTwoWords * row.int32);
    for (const char* type : {"fp16", "bf16"}) add(type, row.fp16);
    add("fp32", row.fp32);
    add("fp64", kSoftwareDouble * row.fp32);
  }
  return all;
}

}  // namespace subvolt::mapping
