#include "sim/mapping/block_engine/block_engine_machine.h"

namespace subvolt::config {

const std::vector<std::pair<mapping::BlockEngineModel, std::string>>& EnumNames<mapping::BlockEngineModel>::names() {
  using M = mapping::BlockEngineModel;
  static const std::vector<std::pair<M, std::string>> all{{M::kU55x32, "u55_32"},   {M::kU55x64, "u55_64"},
                                                          {M::kU55x128, "u55_128"}, {M::kU55x256, "u55_256"},
                                                          {M::kU65x256, "u65_256"}, {M::kU65x512, "u65_512"}};
  return all;
}

}  // namespace subvolt::config

namespace subvolt::mapping {
namespace {

// What the configurations of Ethos-U55 and U65 differ in. Source: the tables of architectures of Arm's compiler Vela
// (ethos-u-vela 3.10, architecture_features.py: ofm_ublock, cores, shram_banks, shram_granules of IFM8 and Acc32,
// output_cycles_per_elem, activation_cycles_per_elem (a table: a cycle per element and core), axi_port_data_width;
// npu_performance.py: delays of lone micro-blocks). Element times are those of requantised results; of the other
// operators they are fixed multiples (block_work.h).
struct Row {
  BlockEngineModel model;
  BlockSize micro;
  std::int64_t cores, banks, input_grain, sum_grain, element_time, hazard, port;
};
constexpr Row kRows[] = {{BlockEngineModel::kU55x32, {1, 1, 4}, 1, 16, 2, 4, 32, 3, 8},
                         {BlockEngineModel::kU55x64, {1, 1, 8}, 1, 16, 2, 4, 16, 2, 8},
                         {BlockEngineModel::kU55x128, {1, 2, 8}, 1, 24, 4, 8, 8, 2, 8},
                         {BlockEngineModel::kU55x256, {2, 2, 8}, 1, 48, 8, 16, 4, 2, 8},
                         {BlockEngineModel::kU65x256, {2, 2, 8}, 1, 48, 8, 16, 4, 2, 16},
                         {BlockEngineModel::kU65x512, {2, 2, 8}, 2, 48, 8, 16, 2, 2, 16}};
// Two banks behind the accumulators stay free where there are more than sixteen (the same table: reserved_end_banks).
constexpr std::int64_t kFewBanks = 16, kEndBanks = 2;

}  // namespace

BlockEngineMachine block_engine_machine(BlockEngineModel model) {
  BlockEngineMachine m;
  for (const Row& row : kRows) {
    if (row.model != model) continue;
    m.micro = row.micro;
    m.cores = row.cores;
    m.banks = row.banks;
    m.end_banks = row.banks > kFewBanks ? kEndBanks : 0;
    m.input_grain = row.input_grain;
    m.sum_grain = row.sum_grain;
    m.element_time = row.element_time;
    m.table_time = BlockEngineMachine::kFraction / row.cores;
    m.hazard = row.hazard;
    m.port = row.port;
  }
  return m;
}

}  // namespace subvolt::mapping
