// What a processor's document says of its kernels, the built-in table behind it, and what mistakes in it are told.
#include "sim/mapping/processor/processor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/config/error.h"
#include "sim/mapping/processor/operator_table.h"
#include "tests/support/test_environment.h"

namespace subvolt::mapping {
namespace {

using testing::HasSubstr;

KernelCosts costs_of(const std::string& yaml) { return read_costs(test::yaml(yaml)); }

double built_in(const std::string& name) {
  for (const auto& [op, cycles] : default_operators()) {
    if (op == name) return cycles;
  }
  return 0.0;
}

constexpr const char* kDocument =
    "{others: {value: 0.5, source: s}, others_of: {fp32: {value: 0.25, source: s}}, call: {value: 100, source: s},"
    " kernels: {conv2d: {operation: 1.5, result: 10, row: 7, call: 50, source: s}, add.int16: {result: 9, source: s}}}";

TEST(Processor, KernelsComeBeforeTheTableAndEveryRunHasItsCall) {
  const KernelCosts all = costs_of(kDocument);
  const KernelCost& conv = *find_cost(all, "conv2d");
  EXPECT_DOUBLE_EQ(conv.cycles({1000, 20, 3}), 1500.0 + 200.0 + 21.0 + 150.0);
  EXPECT_DOUBLE_EQ(conv.shared({1000, 20, 3}), 1721.0);
  EXPECT_DOUBLE_EQ(find_cost(all, "add")->cycles({10, 10, 1}), 10 * built_in("add") * 0.5 + 100.0);
  EXPECT_DOUBLE_EQ(find_cost(all, "add.int16")->cycles({10, 10, 1}), 90.0 + 100.0);
  EXPECT_DOUBLE_EQ(find_cost(all, "add.fp32")->operation, built_in("add.fp32") * 0.25);
  EXPECT_EQ(find_cost(all, "custom"), nullptr);
  EXPECT_EQ(all.size(), default_operators().size()) << "each name once";
}

TEST(Processor, WithoutADocumentItIsTheTable) {
  for (const auto& [name, cost] : Processor().costs()) EXPECT_DOUBLE_EQ(cost.cycles({1, 5, 5}), built_in(name)) << name;
}

std::string processor_error(const std::string& yaml) {
  try {
    costs_of(yaml);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(Processor, MistakesAreToldWhereTheyAre) {
  EXPECT_THAT(processor_error("{kernels: {convd2d: {operation: 1, source: s}}}"),
              HasSubstr("nothing has kernels for the operator \"convd2d\", did you mean \"conv2d\"?"));
  EXPECT_THAT(processor_error("{kernels: {conv2d: {source: s}}}"),
              HasSubstr("expected cycles: some of operation, result, row and call"));
  EXPECT_THAT(processor_error("{kernels: {conv2d: {operation: 1}}}"), HasSubstr("source"));
  EXPECT_THAT(processor_error("{kernels: {conv2d: {operation: -1, source: s}}}"), HasSubstr("expected a value from 0"));
}

}  // namespace
}  // namespace subvolt::mapping
