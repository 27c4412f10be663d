#include "sim/config/node.h"

#include <algorithm>
#include <map>

#include "sim/config/text.h"

namespace subvolt::config {
namespace {

// The layer of what was said last in a tree.
int newest_layer(const Node& node) {
  int layer = node.layer();
  for (const Node& item : node.items()) layer = std::max(layer, newest_layer(item));
  for (const Node::Entry& entry : node.entries()) layer = std::max(layer, newest_layer(entry.node));
  return layer;
}

}  // namespace

std::string SourceLocation::text() const {
  if (line == 0) return file;
  return file.str() + ":" + std::to_string(line) + ":" + std::to_string(column);
}

Node Node::null(SourceLocation location, Path path) {
  Node n;
  n.path_ = std::move(path);
  n.location_ = std::move(location);
  return n;
}

Node Node::scalar(std::string value, SourceLocation location, Path path) {
  Node n = null(std::move(location), std::move(path));
  n.kind_ = Kind::kScalar;
  n.value_ = std::move(value);
  return n;
}

Node Node::sequence(SourceLocation location, Path path) {
  Node n = null(std::move(location), std::move(path));
  n.kind_ = Kind::kSequence;
  return n;
}

Node Node::map(SourceLocation location, Path path) {
  Node n = null(std::move(location), std::move(path));
  n.kind_ = Kind::kMap;
  return n;
}

std::string Node::describe() const {
  switch (kind_) {
    case Kind::kNull:
      return "nothing";
    case Kind::kScalar:
      return "\"" + excerpt(value_) + "\"";
    case Kind::kSequence:
      return "a list";
    case Kind::kMap:
      return "a map";
  }
  return "nothing";
}

void Node::set_layer(int layer) {
  layer_ = static_cast<short>(layer);
  for (Node& item : items_) item.set_layer(layer);
  for (Entry& entry : entries_) entry.node.set_layer(layer);
}

const Node* Node::find(std::string_view key) const {
  for (const Entry& e : entries_) {
    if (e.key == key) return &e.node;
  }
  return nullptr;
}

Node* Node::find(std::string_view key) { return const_cast<Node*>(static_cast<const Node*>(this)->find(key)); }

void Node::set(std::string key, SourceLocation key_location, Node value) {
  for (Entry& e : entries_) {
    if (e.key != key) continue;
    e.key_location = std::move(key_location);
    e.node = std::move(value);
    return;
  }
  entries_.push_back({std::move(key), std::move(key_location), std::move(value)});
}

const Node& node_at(const Node& node, std::initializer_list<std::string_view> path) {
  const Node* at = &node;
  for (const std::string_view key : path) {
    const Node* next = at->find(key);
    if (!next) break;
    at = next;
  }
  return *at;
}

const Node& last_said(const Node& node, std::initializer_list<std::string_view> keys) {
  const Node* last = nullptr;
  for (const std::string_view key : keys) {
    const Node* said = node.find(key);
    if (said && (!last || newest_layer(*said) > newest_layer(*last))) last = said;
  }
  return last ? *last : node;
}

void Node::remove(const std::vector<std::pair<std::string, SourceLocation>>& keys) {
  if (keys.empty()) return;
  const std::map<std::string_view, SourceLocation> places(keys.begin(), keys.end());
  std::vector<Removal> all = removals();
  std::vector<Entry> kept;
  for (Entry& e : entries_) {
    const auto place = places.find(e.key);
    if (place == places.end()) {
      kept.push_back(std::move(e));
    } else {
      all.push_back({e.key, place->second, std::move(e.node)});
    }
  }
  entries_ = std::move(kept);
  removed_ = std::make_shared<const std::vector<Removal>>(std::move(all));
  location_ = keys.back().second;
}

const std::vector<Node::Removal>& Node::removals() const {
  static const std::vector<Removal> none;
  return removed_ ? *removed_ : none;
}

const SourceLocation* Node::removed(std::string_view key) const {
  const std::vector<Removal>& all = removals();
  const auto last = std::find_if(all.rbegin(), all.rend(), [&](const Removal& r) { return r.key == key; });
  return last == all.rend() || find(key) ? nullptr : &last->by;
}

void Node::remove(std::string_view key) {
  entries_.erase(std::remove_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return e.key == key; }),
                 entries_.end());
}

}  // namespace subvolt::config
