#include "sim/mapping/place/placement_rules.h"

#include <algorithm>

#include "sim/config/diagnostics.h"

namespace subvolt::mapping {
namespace {

bool is_class(const std::string& text) {
  return text == "weights" || text == "activations" || text == "inputs" || text == "outputs";
}

bool in_class(const std::string& text, const StoredData& data) {
  if (text == "weights") return data.weights;
  if (text == "activations") return !data.weights;
  return text == "inputs" ? data.input : data.output;
}

bool matches(const PlacementRule& rule, const StoredData& data) {
  if (is_class(rule.tensors)) return in_class(rule.tensors, data);
  return std::any_of(data.names.begin(), data.names.end(),
                     [&](const std::string& name) { return glob_matches(rule.tensors, name); });
}

const config::Node& pattern_of(const PlacementRule& rule) { return config::node_at(rule.origin, {"tensors"}); }

// Memories of a rule by index, -1 for those that the SoC does not have.
std::vector<int> find_memories(const PlacementRule& rule, const std::vector<MemoryRegion>& memories,
                               config::Diagnostics& diagnostics) {
  std::vector<std::string> names;
  for (const MemoryRegion& m : memories) names.push_back(m.instance);
  std::vector<int> found;
  for (const config::Node& node : rule.memories) {
    const auto at = std::find(names.begin(), names.end(), node.value());
    found.push_back(at == names.end() ? -1 : static_cast<int>(at - names.begin()));
    if (at != names.end()) continue;
    diagnostics.error(node, "the SoC has no memory \"" + node.value() + "\"" +
                                config::did_you_mean(node.value(), names) + "; it has " +
                                (names.empty() ? "none" : config::listed(names)));
  }
  return found;
}

void complain_about_nothing(const PlacementRule& rule, const std::vector<StoredData>& data,
                            config::Diagnostics& diagnostics) {
  std::vector<std::string> names{"weights", "activations", "inputs", "outputs"};
  for (const StoredData& d : data) names.insert(names.end(), d.names.begin(), d.names.end());
  diagnostics.error(pattern_of(rule), "no tensor matches \"" + rule.tensors +
                                          "\": expected weights, activations, inputs, outputs, or a pattern of "
                                          "LAYER.weights, LAYER.output or a network input" +
                                          config::did_you_mean(rule.tensors, names));
}

// The memories that may hold the data, in the rule's order.
std::vector<std::size_t> permitted(const std::vector<int>& found, const StoredData& data,
                                   const std::vector<MemoryRegion>& memories) {
  std::vector<std::size_t> kept;
  for (const int m : found) {
    if (m < 0 || (!data.weights && !memories[static_cast<std::size_t>(m)].writable)) continue;
    kept.push_back(static_cast<std::size_t>(m));
  }
  return kept;
}

}  // namespace

const config::Schema<PlacementRule>& PlacementRule::schema() {
  static const auto s =
      config::Schema<PlacementRule>("placement", "Where the tensors that a pattern names live; first match wins.")
          .required("tensors", &PlacementRule::tensors,
                    "weights, activations, inputs, outputs, or a pattern (* and ?) of LAYER.weights, LAYER.output or "
                    "the name of a network input.")
          .optional("in", &PlacementRule::in,
                    "A memory of the SoC, or a list of which the first with room is taken; without it the tensors are "
                    "placed automatically.");
  return s;
}

bool glob_matches(const std::string& pattern, const std::string& text) {
  std::size_t p = 0, t = 0;
  std::size_t star = std::string::npos, resume = 0;  // the last star, and where its text may grow
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p, ++t;
    } else if (star != std::string::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string::npos;
}

std::vector<Demand> demands(const std::vector<PlacementRule>& rules, const std::vector<StoredData>& data,
                            const std::vector<MemoryRegion>& memories, config::Diagnostics& diagnostics) {
  std::vector<Demand> all(data.size());
  std::vector<bool> decided(data.size(), false);
  for (const PlacementRule& rule : rules) {
    const std::vector<int> found = find_memories(rule, memories, diagnostics);
    const bool all_known = std::count(found.begin(), found.end(), -1) == 0;
    bool any = is_class(rule.tensors);  // a network without weights is no mistake of the rule's
    const StoredData* homeless = nullptr;
    for (std::size_t i = 0; i < data.size(); ++i) {
      if (!matches(rule, data[i])) continue;
      any = true;
      if (decided[i]) continue;
      decided[i] = true;
      if (rule.memories.empty()) continue;
      all[i] = {&rule, permitted(found, data[i], memories)};
      if (all[i].memories.empty() && all_known && !homeless) homeless = &data[i];
    }
    if (!any) complain_about_nothing(rule, data, diagnostics);
    if (homeless) {
      diagnostics.error(rule.memories.front(), homeless->names.front() + " is an activation and " +
                                                   rule.memories.front().value() +
                                                   " cannot be written: expected a memory that can");
    }
  }
  return all;
}

}  // namespace subvolt::mapping

namespace subvolt::config {

bool FieldType<mapping::PlacementRule>::read(const Node& node, mapping::PlacementRule& value, Diagnostics& d) {
  if (!mapping::PlacementRule::schema().read(node, value, d)) return false;
  value.origin = node;
  const Node* in = node.find("in");
  if (!in) return true;
  if (in->is_scalar()) value.memories = {*in};
  if (in->is_sequence()) value.memories = in->items();
  const bool names = !value.memories.empty() && std::all_of(value.memories.begin(), value.memories.end(),
                                                            [](const Node& m) { return m.is_scalar(); });
  if (!names) d.error(*in, "expected a memory of the SoC or a list of memories, got " + in->describe());
  return names;
}

}  // namespace subvolt::config
