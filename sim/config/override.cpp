// `--set path=value`: finding the addressed place in a tree and putting the value there.
#include "sim/config/override.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "sim/config/text.h"
#include "sim/config/yaml_text.h"

namespace subvolt::config {
namespace {

constexpr std::size_t kMaxSteps = 64;  // as deep as a file may be

struct Step {
  std::string key;                   // of a map
  std::optional<std::size_t> index;  // or of a list
};

std::vector<Step> steps_of(const Override& o, const SourceLocation& at, Diagnostics& diagnostics) {
  std::vector<Step> steps;
  std::size_t i = 0;
  const auto bad = [&] {
    diagnostics.error(at, "", "expected a path such as soc.npu.array.rows or network.layers[0].stride");
    return std::vector<Step>{};
  };
  while (i < o.path.size()) {
    if (o.path[i] == '[') {
      const std::size_t close = o.path.find(']', i);
      const std::string digits = close == std::string::npos ? "" : o.path.substr(i + 1, close - i - 1);
      if (digits.empty() || digits.size() > 6 || digits.find_first_not_of("0123456789") != std::string::npos)
        return bad();
      steps.push_back({"", static_cast<std::size_t>(std::stoul(digits))});
      i = close + 1;
    } else {
      if (!steps.empty()) {
        if (o.path[i] != '.') return bad();
        ++i;
      }
      const std::size_t end = std::min(o.path.find_first_of(".[", i), o.path.size());
      if (end == i) return bad();
      steps.push_back({o.path.substr(i, end - i), std::nullopt});
      i = end;
    }
  }
  if (steps.size() > kMaxSteps) {
    diagnostics.error(
        at, "",
        "expected a path of at most " + std::to_string(kMaxSteps) + " parts, got " + std::to_string(steps.size()));
    return {};
  }
  return steps.empty() ? bad() : steps;
}

bool operator==(const Step& a, const Step& b) { return a.key == b.key && a.index == b.index; }

bool same_value(const Node& a, const Node& b) {
  if (a.kind() != b.kind() || a.value() != b.value() || a.quoted() != b.quoted()) return false;
  if (a.items().size() != b.items().size() || a.entries().size() != b.entries().size()) return false;
  for (std::size_t i = 0; i < a.items().size(); ++i) {
    if (!same_value(a.items()[i], b.items()[i])) return false;
  }
  return std::all_of(a.entries().begin(), a.entries().end(), [&](const Node::Entry& entry) {
    const Node* other = b.find(entry.key);
    return other && same_value(entry.node, *other);
  });
}

// What an override before said in this tree and `now` does not say as well; nullptr: nothing.
const Node* lost(const Node& before, const Node* now) {
  if (before.layer() == Node::kOverride) return now && same_value(before, *now) ? nullptr : &before;
  for (std::size_t i = 0; i < before.items().size(); ++i) {
    const bool kept = now && i < now->items().size();
    if (const Node* node = lost(before.items()[i], kept ? &now->items()[i] : nullptr)) return node;
  }
  for (const Node::Entry& entry : before.entries()) {
    if (const Node* node = lost(entry.node, now ? now->find(entry.key) : nullptr)) return node;
  }
  return nullptr;
}

class Setter {
 public:
  Setter(const Override& o, std::vector<Step> steps, SourceLocation at, Diagnostics& diagnostics)
      : override_(o), steps_(std::move(steps)), at_(std::move(at)), diagnostics_(diagnostics) {}

  void set(Node& node, std::size_t step) {
    if (step == steps_.size()) {
      Node said = parse_yaml(override_.value, at_.file, node.steps(), false);
      said.set_layer(Node::kOverride);
      if (const Node* before = lost(node, &said)) {
        diagnostics_.error(at_, before->path(),
                           "already given another value by " + before->location().text() + ": leave out one of them");
      }
      node = std::move(said);
      return;
    }
    if (steps_[step].index) return set_item(node, step);
    if (node.is_null()) node = Node::map(at_, node.steps());
    if (!node.is_map()) {
      diagnostics_.error(at_, node.path(), "expected a path to a map, " + node.path() + " is " + node.describe());
      return;
    }
    set_entry(node, step);
  }

 private:
  void set_item(Node& node, std::size_t step) {
    const std::size_t index = *steps_[step].index;
    if (!node.is_sequence() || index >= node.items().size()) {
      diagnostics_.error(at_, node.path(),
                         node.is_sequence() ? "expected an index below " + std::to_string(node.items().size())
                                            : "expected a path to a list, " + node.path() + " is " + node.describe());
      return;
    }
    set(node.items()[index], step + 1);
  }

  // Keys may contain dots themselves ("mac.int8"): the longest run of steps that is a key wins.
  void set_entry(Node& map, std::size_t step) {
    std::size_t last = step;
    while (last + 1 < steps_.size() && !steps_[last + 1].index) ++last;
    for (std::size_t end = last + 1; end > step; --end) {
      std::string key = steps_[step].key;
      for (std::size_t i = step + 1; i < end; ++i) key += "." + steps_[i].key;
      if (Node* entry = map.find(key)) {
        const bool whole = end == steps_.size() && step > 0;  // of a document there is always one
        return whole && says_nothing() ? remove(map, key, *entry) : set(*entry, end);
      }
      if (const SourceLocation* by = map.removed(key); by && by->line == 0) {
        if (end == steps_.size() && says_nothing()) return;  // twice
        diagnostics_.error(at_, map.steps().key(key).text(),
                           "already removed by " + by->text() + ": leave out one of them");
        return;
      }
    }
    if (step > 0 && step + 1 == steps_.size() && says_nothing()) {
      std::vector<std::string> keys;
      for (const Node::Entry& entry : map.entries()) keys.push_back(entry.key);
      diagnostics_.error(at_, map.path(),
                         "there is no \"" + steps_[step].key + "\" to remove" + did_you_mean(steps_[step].key, keys));
      return;
    }
    Node fresh = Node::null(at_, map.steps().key(steps_[step].key));
    set(fresh, step + 1);
    map.set(steps_[step].key, at_, std::move(fresh));
  }

  // null, and not the empty text that a variable of a shell without a value leaves.
  bool says_nothing() const {
    const std::string& text = override_.value;
    const std::size_t begin = text.find_first_not_of(' ');
    if (begin == text.npos) return false;
    const std::string word = text.substr(begin, text.find_last_not_of(' ') + 1 - begin);
    return word == "null" || word == "Null" || word == "NULL" || word == "~";
  }

  void remove(Node& map, const std::string& key, const Node& entry) {
    if (const Node* before = lost(entry, nullptr)) {
      diagnostics_.error(at_, before->path(),
                         "already given another value by " + before->location().text() + ": leave out one of them");
      return;
    }
    map.remove({{key, at_}});
  }

  const Override& override_;
  std::vector<Step> steps_;
  SourceLocation at_;
  Diagnostics& diagnostics_;
};

}  // namespace

Override Override::parse(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw Error(ErrorKind::kConfiguration,
                "--set " + excerpt(text) + ": expected path=value such as soc.npu.array.rows=32");
  }
  if (first_invalid_utf8(text) != std::string_view::npos) {
    throw Error(ErrorKind::kConfiguration, "--set: no valid UTF-8");
  }
  return {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

SourceLocation location_of(const Override& o) { return {excerpt("--set " + o.path + "=" + o.value), 0, 0}; }

std::string document_of(const Override& o) { return o.path.substr(0, o.path.find_first_of(".[")); }

bool replaces(const Override& o, const Override& earlier) {
  Diagnostics ignored;  // whoever applies them finds it
  const std::vector<Step> place = steps_of(o, {}, ignored), before = steps_of(earlier, {}, ignored);
  return !place.empty() && place.size() <= before.size() && std::equal(place.begin(), place.end(), before.begin());
}

void apply(const Override& o, Node& root, Diagnostics& diagnostics) {
  const SourceLocation at = location_of(o);
  std::vector<Step> steps = steps_of(o, at, diagnostics);
  if (!steps.empty()) Setter(o, std::move(steps), at, diagnostics).set(root, 0);
}

}  // namespace subvolt::config
