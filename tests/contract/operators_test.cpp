// Does every operator say what it is, in its definition and in the documentation?
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "sim/network/network_spec.h"
#include "sim/network/operator.h"
#include "tests/support/source_tree.h"

namespace subvolt::test {
namespace {

std::string documentation() {
  std::ifstream file(test::source_file("docs/models/networks.md"));
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Operators, AreDocumented) {
  const std::string text = documentation();
  const std::string section =
      text.substr(text.find("### Operators"), text.find("## Mapping") - text.find("### Operators"));
  ASSERT_GT(section.size(), 1000u);
  for (const network::OperatorDefinition* op : network::operators()) {
    EXPECT_NE(section.find("`" + op->name + "`"), section.npos) << op->name << " is missing in docs/models/networks.md";
  }
}

TEST(Operators, SayWhatTheyAreAndTake) {
  const auto& fields = network::LayerSpec::schema().fields();
  for (const network::OperatorDefinition* op : network::operators()) {
    EXPECT_FALSE(op->summary.empty()) << op->name;
    EXPECT_NE(op->infer, nullptr) << op->name;
    EXPECT_LE(op->least_inputs, op->most_inputs) << op->name;
    for (std::string_view key : op->keys) {
      const bool known = std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return field.key == key; });
      EXPECT_TRUE(known) << op->name << ": " << key << " is no key of a layer";
    }
  }
}

}  // namespace
}  // namespace subvolt::test
