// One description of a configuration struct from which the reader, the defaults, the JSON Schema, the
// generated reference and --help all come.
//
//   struct SramConfig { Bytes size; int banks = 4; static const config::Schema<SramConfig>& schema(); };
//
//   const config::Schema<SramConfig>& SramConfig::schema() {
//     static const auto s = config::Schema<SramConfig>("sram", "On-chip SRAM with independent banks.")
//         .required("size", &SramConfig::size, "Capacity.", config::at_least(Bytes(1)))
//         .optional("banks", &SramConfig::banks, "Banks; address bits above the word select one.",
//                   config::between(1, 64));
//     return s;
//   }
//
// Optional fields default to the value in a default-constructed struct. Structs with a static schema() nest
// as fields, in lists and in maps. Reading reports unknown, missing, ill-typed and out-of-range values, all
// of them, each at its place.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/config/field_type.h"

namespace subvolt::config {

struct FieldDoc {
  std::string key;
  TypeDoc type;
  bool required = false;
  std::string default_text;  // optional fields
  std::string range_text;    // ">= 1", "1 to 64"; empty without one
  std::string meaning;
};

class SchemaBase {
 public:
  SchemaBase(std::string name, std::string summary) : name_(std::move(name)), summary_(std::move(summary)) {}
  virtual ~SchemaBase() = default;
  const std::string& name() const { return name_; }
  const std::string& summary() const { return summary_; }
  const std::vector<FieldDoc>& fields() const { return docs_; }
  // One line per value with its origin: "rows: 16    # configs/socs/edge_npu.yaml:14:12" or "# default".
  void print_resolved(const Node& node, std::ostream& out, int indent) const;

 protected:
  // False (and errors) when `node` is no map; reports unknown keys and missing required ones.
  bool check_keys(const Node& node, Diagnostics& diagnostics) const;
  std::string name_;
  std::string summary_;
  std::vector<FieldDoc> docs_;
};

template <class M>
struct Range {
  std::optional<M> min, max;
  Range() = default;
  Range(std::optional<M> lowest, std::optional<M> highest) : min(lowest), max(highest) {}
  // at_least(1) bounds an int64_t field, too.
  template <class U, class = std::enable_if_t<std::is_arithmetic_v<U> && std::is_arithmetic_v<M>>>
  Range(const Range<U>& o) {
    if (o.min) min = static_cast<M>(*o.min);
    if (o.max) max = static_cast<M>(*o.max);
  }
};
template <class M>
Range<M> at_least(M min) {
  return {min, std::nullopt};
}
template <class M>
Range<M> between(M min, M max) {
  return {min, max};
}

template <class T>
class Schema : public SchemaBase {
 public:
  using SchemaBase::SchemaBase;

  // Keeps the range out of template argument deduction, so that it converts to the field's type.
  template <class M>
  using SameRange = std::common_type_t<Range<M>>;

  template <class M>
  Schema& required(std::string key, M T::*member, std::string meaning, SameRange<M> range = {}) {
    return add(std::move(key), member, std::move(meaning), std::move(range), true);
  }
  template <class M>
  Schema& optional(std::string key, M T::*member, std::string meaning, SameRange<M> range = {}) {
    return add(std::move(key), member, std::move(meaning), std::move(range), false);
  }
  // A rule over the whole struct, run when every field was read well. Report with the node of the culprit.
  Schema& check(std::function<void(const T&, const Node&, Diagnostics&)> rule) {
    rules_.push_back(std::move(rule));
    return *this;
  }

  bool read(const Node& node, T& value, Diagnostics& diagnostics) const {
    const std::size_t before = diagnostics.errors().size();
    if (!check_keys(node, diagnostics)) return false;
    for (const auto& reader : readers_) reader(node, value, diagnostics);
    if (diagnostics.errors().size() != before) return false;
    for (const auto& rule : rules_) rule(value, node, diagnostics);
    return diagnostics.errors().size() == before;
  }
  // Reads or throws Error(kConfiguration).
  T read(const Node& node) const {
    T value{};
    Diagnostics diagnostics;
    read(node, value, diagnostics);
    diagnostics.throw_if_any();
    return value;
  }

 private:
  template <class M>
  Schema& add(std::string key, M T::*member, std::string meaning, Range<M> range, bool required) {
    FieldDoc doc;
    doc.key = key;
    doc.type = FieldType<M>::doc();
    doc.required = required;
    doc.meaning = std::move(meaning);
    if (!required) doc.default_text = FieldType<M>::text(T{}.*member);
    if (range.min && range.max)
      doc.range_text = FieldType<M>::text(*range.min) + " to " + FieldType<M>::text(*range.max);
    if (range.min && !range.max) doc.range_text = ">= " + FieldType<M>::text(*range.min);
    if (!range.min && range.max) doc.range_text = "<= " + FieldType<M>::text(*range.max);
    readers_.push_back(
        [key = std::move(key), member, range, text = doc.range_text](const Node& node, T& value, Diagnostics& d) {
          const Node* field = node.find(key);
          if (!field || !FieldType<M>::read(*field, value.*member, d)) return;
          static_cast<void>(range);  // fields without order have none
          if constexpr (has_order<M>::value) {
            const M& m = value.*member;
            if ((range.min && m < *range.min) || (range.max && *range.max < m)) {
              d.error(*field, "expected a value " + (text[0] == '>' || text[0] == '<' ? text : "from " + text) +
                                  ", got " + field->describe());
            }
          }
        });
    docs_.push_back(std::move(doc));
    return *this;
  }

  template <class M>
  struct has_order
      : std::bool_constant<std::is_arithmetic_v<M> || std::is_base_of_v<QuantityFieldType<M>, FieldType<M>>> {};

  std::vector<std::function<void(const Node&, T&, Diagnostics&)>> readers_;
  std::vector<std::function<void(const T&, const Node&, Diagnostics&)>> rules_;
};

// Structs with a schema of their own.
template <class M>
struct FieldType<M, std::void_t<decltype(M::schema())>> {
  static bool read(const Node& node, M& value, Diagnostics& d) { return M::schema().read(node, value, d); }
  static TypeDoc doc() { return {TypeDoc::Form::kObject, {}, {}, {}, &M::schema()}; }
  static std::string text(const M&) { return "(see below)"; }
};

}  // namespace subvolt::config
