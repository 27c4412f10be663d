#include "sim/run/comparison.h"

#include "sim/config/diagnostics.h"
#include "sim/config/library.h"
#include "sim/run/faults.h"

namespace subvolt::run {
namespace {

void check(const Comparison& comparison, const config::Node& node, config::Diagnostics& diagnostics) {
  const config::Node& rows = config::node_at(node, {"rows"});
  if (comparison.rows.empty())
    diagnostics.error(rows, "expected at least one row, such as `small: {design: edge_npu}`");
  for (const auto& [name, row] : comparison.rows) {
    if (!row.design.empty() || !comparison.design.empty()) continue;
    diagnostics.error(config::node_at(rows, {name}),
                      "which design? Add `design` to the row, or to the comparison for all that name none");
  }
}

}  // namespace

const config::Schema<ComparisonRow>& ComparisonRow::schema() {
  static const auto s =
      config::Schema<ComparisonRow>("row", "One of the design points that are compared.")
          .optional("design", &ComparisonRow::design, "A shipped name or a file; the comparison's when absent.")
          .optional("set", &ComparisonRow::sets,
                    "What is different from that design: a list of PATH=VALUE, as --set takes them.");
  return s;
}

const config::Schema<Comparison>& Comparison::schema() {
  static const auto s =
      config::Schema<Comparison>("comparison", "Design points that run the same networks, side by side.")
          .optional("title", &Comparison::title, "For people.")
          .optional("design", &Comparison::design, "The design of rows that name none: a shipped name or a file.")
          .optional("networks", &Comparison::networks, "What they run, shipped names or files; --net overrides them.")
          .required("rows", &Comparison::rows, "By name, in the order of the table.")
          .check(check);
  return s;
}

Comparison read_comparison(const std::string& file) {
  const config::Document document = config::load(file, "comparison");
  const config::Node& section = document.section;
  Comparison comparison = Comparison::schema().read(section);
  Faults faults;
  const auto resolve = [&](std::string_view kind, std::string& name, const config::Node& node) {
    faults.collect([&] { name = config::find(kind, name, node.location().text(), file); });
  };
  if (const config::Node* node = section.find("design")) resolve("design", comparison.design, *node);
  for (std::size_t n = 0; n < comparison.networks.size(); ++n) {
    resolve("network", comparison.networks[n], config::node_at(section, {"networks"}).items()[n]);
  }
  for (auto& [name, row] : comparison.rows) {
    const config::Node& node = config::node_at(section, {"rows", name});
    row.location = node.location().text();
    if (const config::Node* design = node.find("design")) {
      resolve("design", row.design, *design);
    } else {
      row.design = comparison.design;
    }
  }
  faults.throw_if_any();
  return comparison;
}

}  // namespace subvolt::run
