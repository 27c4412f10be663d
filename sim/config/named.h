// Lists of structs that have names: in a file, a map from the name to the rest.
//
//   template <>
//   struct FieldType<std::vector<power::PowerDomain>> : NamedFieldType<power::PowerDomain> {};
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/config/field_type.h"
#include "sim/config/name.h"

namespace subvolt::config {

// Of a struct with a member `name`, which check_name() accepts.
template <class M>
struct NamedFieldType {
  static bool read(const Node& node, std::vector<M>& value, Diagnostics& d) {
    NamedList<M> list;
    bool good = FieldType<NamedList<M>>::read(node, list, d);
    for (const Node::Entry& entry : node.entries()) good = check_name(entry, d) && good;
    value.clear();
    for (auto& [name, m] : list) {
      m.name = name;
      value.push_back(std::move(m));
    }
    return good;
  }
  static TypeDoc doc() { return FieldType<NamedList<M>>::doc(); }
  static std::string text(const std::vector<M>&) { return "{}"; }
};

}  // namespace subvolt::config
