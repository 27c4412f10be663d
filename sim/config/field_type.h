// How one C++ type is read from a node, written as text and described to people.
//
// Specialise FieldType<M> to let a new type be a field of a Schema; enums specialise EnumNames instead.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/config/diagnostics.h"
#include "sim/config/text.h"
#include "sim/units/limits.h"
#include "sim/units/text.h"

namespace subvolt::config {

class Kinds;
class SchemaBase;

// What a field accepts, for the JSON Schema, the reference and --help.
struct TypeDoc {
  enum class Form {
    kInteger,
    kNumber,
    kBoolean,
    kText,
    kQuantity,
    kChoice,
    kList,
    kMap,
    kObject,
    kKind,
    kEither,
    kAny
  };
  Form form = Form::kAny;
  UnitInfo unit{};                     // kQuantity
  std::vector<std::string> choices;    // kChoice
  std::vector<TypeDoc> element;        // kList, kMap: exactly one; kEither: each that it may be
  const SchemaBase* object = nullptr;  // kObject
  const Kinds* kinds = nullptr;        // kKind
  std::string text() const;            // "voltage", "integer", "list of text", "one of a, b"
};

// Specialise with `static const std::vector<std::pair<E, std::string>>& names();`
template <class E>
struct EnumNames;

template <class M, class = void>
struct FieldType;

bool read_integer(const Node& node, std::int64_t& value, Diagnostics& diagnostics);
bool read_number(const Node& node, double& value, Diagnostics& diagnostics);
bool read_boolean(const Node& node, bool& value, Diagnostics& diagnostics);
bool read_text(const Node& node, std::string& value, Diagnostics& diagnostics);
// The index of the choice that `node` names; absent, with the error reported, when it names none.
std::optional<std::size_t> read_choice(const Node& node, const std::vector<std::string>& choices,
                                       Diagnostics& diagnostics);
// "expected a list of text, got ..."; always false.
bool refuse_type(const Node& node, const TypeDoc& expected, Diagnostics& diagnostics);
bool refuse_quantity(const Node& node, const UnitInfo& unit, Diagnostics& diagnostics);
bool refuse_wide_integer(const Node& node, Diagnostics& diagnostics);
// "expected a voltage from 0 V to 60 V, got ..."; always false.
bool refuse_limits(const Node& node, const UnitInfo& unit, const std::string& lowest, const std::string& highest,
                   Diagnostics& diagnostics);
// Names in one map that a document may choose itself: rules compare them with one another. False, with the error
// reported, when there are more.
inline constexpr std::size_t kMaxNames = 4096;
bool check_names(const Node& map, Diagnostics& diagnostics);

template <class M>
struct FieldType<M, std::enable_if_t<std::is_integral_v<M> && !std::is_same_v<M, bool>>> {
  static bool read(const Node& node, M& value, Diagnostics& d) {
    std::int64_t wide = 0;
    if (!read_integer(node, wide, d)) return false;
    if (wide != static_cast<std::int64_t>(static_cast<M>(wide))) return refuse_wide_integer(node, d);
    value = static_cast<M>(wide);
    return true;
  }
  static TypeDoc doc() { return {TypeDoc::Form::kInteger, {}, {}, {}, nullptr}; }
  static std::string text(const M& value) { return std::to_string(value); }
};

template <>
struct FieldType<double> {
  static bool read(const Node& node, double& value, Diagnostics& d) { return read_number(node, value, d); }
  static TypeDoc doc() { return {TypeDoc::Form::kNumber, {}, {}, {}, nullptr}; }
  static std::string text(const double& value) { return shortest(value); }
};

template <>
struct FieldType<bool> {
  static bool read(const Node& node, bool& value, Diagnostics& d) { return read_boolean(node, value, d); }
  static TypeDoc doc() { return {TypeDoc::Form::kBoolean, {}, {}, {}, nullptr}; }
  static std::string text(const bool& value) { return value ? "true" : "false"; }
};

template <>
struct FieldType<std::string> {
  static bool read(const Node& node, std::string& value, Diagnostics& d) { return read_text(node, value, d); }
  static TypeDoc doc() { return {TypeDoc::Form::kText, {}, {}, {}, nullptr}; }
  static std::string text(const std::string& value) { return value; }
};

// A subtree that somebody else reads, such as a component whose schema depends on its `kind`.
template <>
struct FieldType<Node> {
  static bool read(const Node& node, Node& value, Diagnostics&) {
    value = node;
    return true;
  }
  static TypeDoc doc() { return {TypeDoc::Form::kAny, {}, {}, {}, nullptr}; }
  static std::string text(const Node&) { return ""; }
};

// Everything that is written with a unit.
template <class Q>
struct QuantityFieldType {
  static bool read(const Node& node, Q& value, Diagnostics& d) { return read_within(limits<Q>(), node, value, d); }
  // `range` is what a message says; a value within its dimension's limits but outside of it is the caller's matter.
  static bool read_within(const Limits<Q>& range, const Node& node, Q& value, Diagnostics& d) {
    if (!node.is_scalar()) return refuse_quantity(node, unit_info<Q>(), d);
    auto parsed = parse_quantity<Q>(excerpt(node.value()));
    if (auto* error = std::get_if<TextError>(&parsed)) {
      d.error(node, error->message);
      return false;
    }
    const Q read = std::get<Q>(parsed);
    constexpr Limits<Q> all = limits<Q>();
    const bool in_range = range.lowest <= read && read <= range.highest;
    if (!in_range && !(all.lowest <= read && read <= all.highest)) {
      return refuse_limits(node, unit_info<Q>(), brief(range.lowest), brief(range.highest), d);
    }
    value = read;
    return true;
  }
  static TypeDoc doc() { return {TypeDoc::Form::kQuantity, unit_info<Q>(), {}, {}, nullptr}; }
  static std::string text(const Q& value) { return brief(value); }
};
template <int M, int L, int T, int I>
struct FieldType<Quantity<M, L, T, I>> : QuantityFieldType<Quantity<M, L, T, I>> {};
template <class Tag>
struct FieldType<Count<Tag>> : QuantityFieldType<Count<Tag>> {};
template <>
struct FieldType<Temperature> : QuantityFieldType<Temperature> {};

template <class E>
struct FieldType<E, std::enable_if_t<std::is_enum_v<E>>> {
  static std::vector<std::string> choices() {
    std::vector<std::string> out;
    for (const auto& [value, name] : EnumNames<E>::names()) out.push_back(name);
    return out;
  }
  static bool read(const Node& node, E& value, Diagnostics& d) {
    const auto chosen = read_choice(node, choices(), d);
    if (chosen) value = EnumNames<E>::names()[*chosen].first;
    return chosen.has_value();
  }
  static TypeDoc doc() { return {TypeDoc::Form::kChoice, {}, choices(), {}, nullptr}; }
  static std::string text(const E& value) {
    for (const auto& [candidate, name] : EnumNames<E>::names()) {
      if (candidate == value) return name;
    }
    return "?";
  }
};

template <class M>
struct FieldType<std::optional<M>> {
  static bool read(const Node& node, std::optional<M>& value, Diagnostics& d) {
    M inner{};
    if (!FieldType<M>::read(node, inner, d)) return false;
    value = std::move(inner);
    return true;
  }
  static TypeDoc doc() { return FieldType<M>::doc(); }
  static std::string text(const std::optional<M>& value) { return value ? FieldType<M>::text(*value) : "none"; }
};

template <class M>
struct FieldType<std::vector<M>> {
  static bool read(const Node& node, std::vector<M>& value, Diagnostics& d) {
    if (!node.is_sequence()) return refuse_type(node, doc(), d);
    value.clear();
    bool good = true;
    for (const Node& item : node.items()) {
      M element{};
      good = FieldType<M>::read(item, element, d) && good;
      value.push_back(std::move(element));
    }
    return good;
  }
  static TypeDoc doc() { return {TypeDoc::Form::kList, {}, {}, {FieldType<M>::doc()}, nullptr}; }
  static std::string text(const std::vector<M>& value) {
    std::string out = "[";
    for (const M& m : value) out += (out.size() > 1 ? ", " : "") + FieldType<M>::text(m);
    return out + "]";
  }
};

// A map with free keys, in file order.
template <class M>
using NamedList = std::vector<std::pair<std::string, M>>;

template <class M>
struct FieldType<std::vector<std::pair<std::string, M>>> {
  static bool read(const Node& node, NamedList<M>& value, Diagnostics& d) {
    if (!node.is_map()) return refuse_type(node, doc(), d);
    if (!check_names(node, d)) return false;
    value.clear();
    bool good = true;
    for (const Node::Entry& entry : node.entries()) {
      M element{};
      good = FieldType<M>::read(entry.node, element, d) && good;
      value.emplace_back(entry.key, std::move(element));
    }
    return good;
  }
  static TypeDoc doc() { return {TypeDoc::Form::kMap, {}, {}, {FieldType<M>::doc()}, nullptr}; }
  static std::string text(const NamedList<M>& value) {
    std::string out = "{";
    for (const auto& [key, m] : value) out += (out.size() > 1 ? ", " : "") + key + ": " + FieldType<M>::text(m);
    return out + "}";
  }
};

}  // namespace subvolt::config
