#include "sim/mapping/processor/processor.h"

#include <algorithm>

#include "sim/config/error.h"
#include "sim/mapping/processor/operator_table.h"

namespace subvolt::mapping {
namespace {

constexpr double kMostCycles = 1e9;

std::string type_of(const std::string& name) {
  const std::size_t dot = name.find('.');
  return dot == std::string::npos ? "" : name.substr(dot + 1);
}

void check_names(const Processor& processor, const config::Node& node, config::Diagnostics& diagnostics) {
  const auto known = default_operators();
  for (const auto& [name, kernel] : processor.kernels) {
    const std::string op = name.substr(0, name.find('.'));
    const auto& all = known;
    if (std::any_of(all.begin(), all.end(), [&](const auto& entry) { return entry.first == op; })) continue;
    diagnostics.error(config::node_at(node, {"kernels", name}),
                      "nothing has kernels for the operator \"" + op + "\"" + near_operator(op) +
                          " `subvolt list operators` shows all (and gate: of a recurrent cell)");
  }
}

}  // namespace

const KernelCost* find_cost(const KernelCosts& costs, const std::string& name) {
  const auto found = std::find_if(costs.begin(), costs.end(), [&](const auto& entry) { return entry.first == name; });
  return found == costs.end() ? nullptr : &found->second;
}

// The nearest name; of an operator with a type that it has no cost of its own for, those that it has. Some hundred
// names would hide either.
std::string near_operator(const std::string& op) {
  std::vector<std::string> known;
  for (const auto& [name, cycles] : default_operators()) known.push_back(name);
  const std::string hint = config::did_you_mean(op, known);
  if (!hint.empty()) return hint;
  std::string list;
  const std::string base = op.substr(0, op.find('.'));
  for (const std::string& name : known) {
    if (name == base || name.rfind(base + ".", 0) == 0) list += (list.empty() ? ": expected one of " : ", ") + name;
  }
  return list + ";";
}

const config::Schema<KernelDescription>& KernelDescription::schema() {
  const auto cycles = [] { return config::between(0.0, kMostCycles); };
  static const auto schema =
      config::Schema<KernelDescription>("kernel", "What a kernel takes, in cycles of the core that runs it.")
          .optional("operation", &KernelDescription::operation,
                    "Cycles per MAC, or per element operation where the operator has none.", cycles())
          .optional("result", &KernelDescription::result, "Cycles per element of its result.", cycles())
          .optional("row", &KernelDescription::row, "Cycles per row of its result's images.", cycles())
          .optional("call", &KernelDescription::call, "Cycles per run, beside those of the processor's `call`.",
                    cycles())
          .required("source", &KernelDescription::source, "Where they come from: paper, measurement, estimate.")
          .optional("quality", &KernelDescription::quality, "How far to trust them.")
          .check([](const KernelDescription& kernel, const config::Node& node, config::Diagnostics& diagnostics) {
            if (kernel.operation + kernel.result + kernel.row + kernel.call > 0.0) return;
            diagnostics.error(node, "expected cycles: some of operation, result, row and call");
          });
  return schema;
}

const config::Schema<Processor>& Processor::schema() {
  static const auto schema =
      config::Schema<Processor>("processor", "A core and its library of kernels: what each operator takes.")
          .optional("title", &Processor::title, "One line for people.")
          .optional("others", &Processor::others,
                    "Cycles of the operators that kernels do not name, relative to the built-in table of a Cortex-M4F "
                    "(docs/models.md, Host CPU).",
                    config::between(1e-3, 1e3))
          .optional("others_of", &Processor::others_of, "The same by element type, such as fp32; before `others`.")
          .optional("call", &Processor::call, "Cycles per run of any operator: the interpreter's.",
                    config::between(0.0, kMostCycles))
          .optional("kernels", &Processor::kernels,
                    "What kernels take, by OP or OP.TYPE: one without type is for every type that the built-in table "
                    "has no time of its own for.")
          .check(check_names);
  return schema;
}

KernelCosts Processor::costs() const {
  KernelCosts all;
  for (const auto& [name, kernel] : kernels) {
    all.emplace_back(name, KernelCost(kernel.operation, kernel.result, kernel.row, kernel.call + call.value));
  }
  for (const auto& [name, cycles] : default_operators()) {
    if (find_cost(all, name)) continue;
    double scale = others.value;
    for (const auto& [type, factor] : others_of) {
      if (type == type_of(name)) scale = factor.value;
    }
    all.emplace_back(name, KernelCost(cycles * scale, 0.0, 0.0, call.value));
  }
  return all;
}

KernelCosts read_costs(const config::Node& section) { return Processor::schema().read(section).costs(); }

}  // namespace subvolt::mapping
