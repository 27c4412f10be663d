// Kinds of one thing, each with keys of its own. A map says by its key `name` (or another one) which of them it
// describes, as in `policy: {name: clock_gate, after: 1 us}`, and is read by the schema of that kind and no other.
//
// For kinds that register themselves where the reader of the document cannot look, such as policies of the models in a
// power intent: a field of this type (TypeDoc::kinds) is read, listed in JSON Schema and reference, and written into
// the resolved configuration by what has registered here.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/config/registry.h"
#include "sim/config/schema.h"

namespace subvolt::config {

// What such a map says.
struct KindChoice {
  std::string name;
  Node keys = Node::map({}, {});  // the kind's own, where the map is, or the name if that was said later
};

class Kinds {
 public:
  // What a map of them describes, "policy", the kind of one that names none, and the key that names it.
  Kinds(std::string what, std::string standard, std::string key = "name");
  ~Kinds();

  // A kind of the schema's name. True, for a constant at namespace scope to hold. Throws Error(kInternal) where the
  // name is taken, or a key is called like the one that names it.
  template <class T>
  bool add(const Schema<T>& own) {
    return add(own, [&own](const Node& keys, Diagnostics& diagnostics) {
      T value{};
      own.read(keys, value, diagnostics);
    });
  }

  const std::string& what() const { return what_; }
  const std::string& standard() const { return standard_; }
  std::vector<std::string> names() const;          // sorted
  std::vector<const SchemaBase*> schemas() const;  // the key that names it and its own, sorted by name
  // That by which the map is read; null when it names a kind that there is not.
  const SchemaBase* schema_of(const Node& map) const;

  // False, with errors reported, when the map names no kind or is none of it. Where a file or an override names another
  // kind than what it refines, keys left over from that one are no mistakes: they went with the name.
  bool read(const Node& map, KindChoice& choice, Diagnostics& diagnostics) const;

 private:
  struct Kind;
  using Check = std::function<void(const Node& keys, Diagnostics& diagnostics)>;
  bool add(const SchemaBase& own, Check check);
  const Kind* kind_of(const Node& map) const;
  std::string explain_unknown(const std::string& key, const Node& map, const Kind& kind) const;

  std::string what_, standard_, key_;
  Registry<std::unique_ptr<Kind>> kinds_;
};

}  // namespace subvolt::config
