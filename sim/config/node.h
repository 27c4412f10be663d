// A configuration tree that remembers where each value was written.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/config/path.h"
#include "sim/config/shared_text.h"

namespace subvolt::config {

// 1-based line and column; file is a path as the user would type it, or "--set" for an override.
struct SourceLocation {
  SharedText file;
  int line = 0;
  int column = 0;
  std::string text() const;  // "configs/socs/edge_npu.yaml:14:12"
};

class Node {
 public:
  enum class Kind { kNull, kScalar, kSequence, kMap };
  struct Entry;

  Node() = default;
  static Node null(SourceLocation location, Path path);
  static Node scalar(std::string value, SourceLocation location, Path path);
  static Node sequence(SourceLocation location, Path path);
  static Node map(SourceLocation location, Path path);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_scalar() const { return kind_ == Kind::kScalar; }
  bool is_sequence() const { return kind_ == Kind::kSequence; }
  bool is_map() const { return kind_ == Kind::kMap; }
  // "a map", "a list", "\"four\"", "nothing": for error messages. Long values are cut.
  std::string describe() const;

  const std::string& value() const { return value_; }  // scalars
  // A quoted scalar is text and nothing else.
  bool quoted() const { return quoted_; }
  void set_quoted(bool quoted) { quoted_ = quoted; }

  const SourceLocation& location() const { return location_; }
  void set_location(SourceLocation location) { location_ = std::move(location); }
  std::string path() const { return path_.text(); }  // "soc.sram.banks", "network.layers[3].stride"
  const Path& steps() const { return path_; }

  // Which of the texts that refine each other the value comes from: 0 for the file that includes no other one, 1 for
  // the one that includes it, and so on; kOverride for --set.
  int layer() const { return layer_; }
  void set_layer(int layer);  // and of everything below
  static constexpr int kOverride = 1000;

  const std::vector<Node>& items() const { return items_; }       // sequences
  const std::vector<Entry>& entries() const { return entries_; }  // maps, in file order
  const Node* find(std::string_view key) const;                   // maps; nullptr when absent
  Node* find(std::string_view key);

  void append(Node item) { items_.push_back(std::move(item)); }
  // Adds or replaces.
  void set(std::string key, SourceLocation key_location, Node value);
  void remove(std::string_view key);  // maps
  // The same for every `key: null` of a text or an override, with its place; the map is then said to be where the last
  // one was. Remembered, so that whoever lacks the key can tell why.
  struct Removal;
  void remove(const std::vector<std::pair<std::string, SourceLocation>>& keys);
  const std::vector<Removal>& removals() const;
  const SourceLocation* removed(std::string_view key) const;  // nullptr: it was not, or is there again
  std::vector<Node>& items() { return items_; }
  std::vector<Entry>& entries() { return entries_; }

 private:
  Kind kind_ = Kind::kNull;
  bool quoted_ = false;
  short layer_ = 0;
  std::string value_;
  Path path_;
  SourceLocation location_;
  std::vector<Node> items_;
  std::vector<Entry> entries_;
  std::shared_ptr<const std::vector<Removal>> removed_;  // few maps have any
};

struct Node::Entry {
  std::string key;
  SourceLocation key_location;
  Node node;
};

struct Node::Removal {
  std::string key;
  SourceLocation by;
  Node node;  // that was there
};

// The node at the end of the path, or the deepest one on the way that was written: where to point at.
const Node& node_at(const Node& node, std::initializer_list<std::string_view> path);

// Of several keys of a map that do not go together, the one that was said last: --set before a file, a file before what
// it includes. The map itself when none of them is there.
const Node& last_said(const Node& node, std::initializer_list<std::string_view> keys);

}  // namespace subvolt::config
