// Is each mistake in an NPU's configuration found, and shown where it was written?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "models/hw/npu/npu.h"
#include "tests/support/npu_bench.h"

namespace subvolt::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// kSmallNpu with one line replaced.
std::string with(const std::string& key, const std::string& line) {
  const std::string text = kSmallNpu;
  const auto at = text.find(key + ":");
  return text.substr(0, at) + line + text.substr(text.find('\n', at));
}

struct Mistake {
  const char* key;
  const char* line;
  std::vector<const char*> shown;
};

class NpuMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(NpuMistakes, AreLocatedAndExplained) {
  const Mistake& m = GetParam();
  config::Diagnostics diagnostics;
  hw::NpuConfig config;
  hw::NpuConfig::schema().read(yaml(with(m.key, m.line)), config, diagnostics);
  ASSERT_EQ(diagnostics.errors().size(), 1U);
  const std::string text = diagnostics.errors()[0].text();
  EXPECT_GT(diagnostics.errors()[0].location.line, 0);
  for (const char* part : m.shown) EXPECT_THAT(text, HasSubstr(part));
}

INSTANTIATE_TEST_SUITE_P(
    Npu, NpuMistakes,
    testing::Values(
        Mistake{"sequencer", "sequencer: {issue: 0 cycles}", {"soc.sequencer.issue", "0 cycles"}},
        Mistake{"dma", "dma: {burst: 96 B}", {"soc.dma.burst", "power of two", "96 B"}},
        Mistake{"dma", "dma: {burst: 64 B, outstanding: 0}", {"soc.dma.outstanding"}},
        Mistake{"input_buffer", "input_buffer: {banks: 4, word: 8 B}", {"soc.input_buffer", "missing key \"size\""}},
        Mistake{"input_buffer",
                "input_buffer: {size: 1000 B, banks: 3, word: 8 B}",
                {"soc.input_buffer.size", "multiple of banks x word = 24 B"}},
        Mistake{"output_buffer", "output_buffer: {size: 4 KiB, banks: 0}", {"soc.output_buffer.banks"}},
        Mistake{"array", "array: {rows: 0, columns: 4}", {"soc.array.rows"}},
        Mistake{"array",
                "array: {rows: 4, columns: 4, dataflows: [weight_stationery]}",
                {"soc.array.dataflows[0]", "\"weight_stationery\", did you mean \"weight_stationary\"?",
                 "registered are bit_serial, input_stationary, output_stationary, spatial, weight_stationary"}},
        Mistake{"array",
                "array: {rows: 4, columns: 4, dataflows: [weight_stationary, weight_stationary]}",
                {"soc.array.dataflows[1]", "twice"}},
        Mistake{"array", "array: {rows: 4, columns: 4, dataflows: []}", {"soc.array.dataflows", "at least one"}},
        Mistake{"vector", "vector: {lanes: 0}", {"soc.vector.lanes"}},
        Mistake{"vector", "vector: {operators: [requantise]}", {"soc.vector.operators[0]", "requantize"}},
        Mistake{"vector", "vector: {operators: []}", {"soc.vector.operators", "at least one"}},
        Mistake{"vector", "vektor: {lanes: 4}", {"unknown key \"vektor\", did you mean \"vector\"?"}}));

TEST(NpuConfig, ShowsAllMistakesTogether) {
  config::Diagnostics diagnostics;
  hw::NpuConfig config;
  hw::NpuConfig::schema().read(yaml("{sequencer: {issue: 0 cycles}, array: {rows: 4, dataflows: [weight_stationary]}}"), config, diagnostics);
  EXPECT_EQ(diagnostics.errors().size(), 5U);  // issue, columns, three buffers
}

}  // namespace
}  // namespace subvolt::test
