// Does the import report account for every operator of a file?
#include "sim/run/operator_fates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/report/import_report.h"
#include "tests/support/mapping_hardware.h"
#include "tests/unit/network_text.h"

namespace subvolt::run {
namespace {

using Disposition = OperatorFate::Disposition;
using ::testing::HasSubstr;

network::Network example() {
  return test::network_of("{shape: 8x8x4}", {"name: conv, op: conv2d, kernel: 3, channels: 8",
                                             "name: act, op: activation, activation: relu", "name: flat, op: reshape",
                                             "name: order, op: cumsum, axes: [0]",
                                             "name: unknown, op: custom, source_op: Mystery, shape: 16"});
}

mapping::Hardware hardware() {
  mapping::Hardware h = subvolt::test::mapping_hardware();
  h.host.operators = {{"cumsum", 1.0}};
  return h;
}

std::vector<OperatorFate> fates(const rewrite::Options& options = {}) {
  return operator_fates(rewrite::rewrite(example(), options), hardware());
}

TEST(OperatorFates, EveryOperatorHasOneInTheOrderOfTheFile) {
  const std::vector<OperatorFate> all = fates();
  std::vector<std::string> names;
  for (const OperatorFate& fate : all) {
    if (!fate.added) names.push_back(fate.layer);
  }
  EXPECT_THAT(names, ::testing::ElementsAre("conv", "act", "flat", "order", "unknown"));
}

TEST(OperatorFates, SayWhoRunsItOrWhyNobodyDoes) {
  const std::vector<OperatorFate> all = fates();
  EXPECT_EQ(all[0].disposition, Disposition::kMapped);
  EXPECT_EQ(all[1].disposition, Disposition::kFused);
  EXPECT_EQ(all[1].detail, "into conv (activation)");
  EXPECT_EQ(all[2].disposition, Disposition::kFree);
  EXPECT_EQ(all[3].disposition, Disposition::kOnCpu);
  EXPECT_THAT(all[3].detail, HasSubstr("npu"));
  EXPECT_EQ(all[4].disposition, Disposition::kRefused);
  EXPECT_EQ(all[4].source_op, "Mystery");
  EXPECT_FALSE(all[4].detail.empty());
}

TEST(OperatorFates, WithoutFusionTheActivationIsALayer) {
  rewrite::Options options;
  options.fuse = false;
  EXPECT_EQ(fates(options)[1].disposition, Disposition::kMapped);
}

TEST(ImportReport, CountsEveryOperatorOnce) {
  const report::Json json = report::import_json(example(), "soc", rewrite::Quantize::kNone, fates());
  std::int64_t sum = 0;
  for (const auto& [word, count] : json.at("summary").items()) sum += count.get<std::int64_t>();
  EXPECT_EQ(sum, 5);
  EXPECT_EQ(json.at("operators").size(), 5u);
  EXPECT_EQ(json.at("summary").at("refused"), 1);
  const std::string table = report::import_table(json);
  EXPECT_THAT(table, HasSubstr("into conv (activation)"));
  EXPECT_THAT(table, HasSubstr("5 operators, 1 on the NPU, 1 fused, 1 free, 1 on the CPU, 1 refused"));
}

}  // namespace
}  // namespace subvolt::run
