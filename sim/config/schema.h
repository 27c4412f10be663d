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
// as fields, in lists and in maps. Quantities lie within the limits of their dimension (sim/units/limits.h), whatever a
// field allows. Reading reports unknown, missing, ill-typed and out-of-range values, all
// of them, each at its place.
#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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

// Reads one field of a struct into the place where it lies.
class FieldReader {
 public:
  virtual ~FieldReader() = default;
  // False, with errors reported, when `node` is no value for the field.
  virtual bool read(const Node& node, void* field, Diagnostics& diagnostics) const = 0;
  virtual TypeDoc doc() const = 0;
  virtual std::string text(const void* field) const = 0;
  virtual std::string range_text() const = 0;
};

// What does not depend on the struct, so that it is compiled once and not for every struct and type of field.
class SchemaBase {
 public:
  SchemaBase(std::string name, std::string summary) : name_(std::move(name)), summary_(std::move(summary)) {}
  virtual ~SchemaBase() = default;
  const std::string& name() const { return name_; }
  const std::string& summary() const { return summary_; }
  // With those of the schemas beside it, which come first, each key once.
  std::vector<FieldDoc> fields() const;
  // One line per value with its origin: "rows: 16    # configs/socs/edge_npu.yaml:14:12" or "# default".
  void print_resolved(const Node& node, std::ostream& out, int indent) const;

 protected:
  // Schemas that read the same map: of things that register themselves, so asked for when all have. Of alternatives a
  // key is required that all of them require, of others each that one of them requires.
  void beside(std::function<std::vector<const SchemaBase*>()> schemas, bool alternatives = false) {
    beside_ = std::move(schemas);
    alternatives_ = alternatives;
  }
  // `offset` is where the field lies in the struct, `standard` the field of a default-constructed struct.
  void add_field(std::string_view key, std::string_view meaning, bool required, std::size_t offset,
                 const void* standard, std::unique_ptr<const FieldReader> reader);
  // A key of earlier documents, refused with where its value is now.
  void refuse_moved(std::string_view key, std::string_view where) { moved_.emplace_back(key, where); }
  // False (and errors) when `node` is no map; reports unknown keys and missing required ones.
  bool check_keys(const Node& node, Diagnostics& diagnostics) const;
  // Reads all fields of `node` into the struct at `value`; false when anything was reported.
  bool read_fields(const Node& node, void* value, Diagnostics& diagnostics) const;

 private:
  struct Field {
    std::string key;
    std::size_t offset;
    std::shared_ptr<const FieldReader> reader;
  };
  std::string name_;
  std::string summary_;
  std::function<std::vector<const SchemaBase*>()> beside_;
  bool alternatives_ = false;
  std::vector<FieldDoc> docs_;
  std::vector<Field> fields_;
  std::vector<std::pair<std::string, std::string>> moved_;
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

// Fields without an order have no range.
struct NoRange {};

// What a range bounds: the value of an optional field when it is there.
template <class M>
struct Bounded {
  using Type = M;
};
template <class M>
struct Bounded<std::optional<M>> {
  using Type = M;
};

template <class M>
inline constexpr bool has_order = std::is_arithmetic_v<M> || std::is_base_of_v<QuantityFieldType<M>, FieldType<M>>;

// "1 to 64", ">= 1", "<= 64"; a bound that is absent is empty.
std::string range_text(const std::string& min, const std::string& max);
void report_out_of_range(const Node& node, const std::string& range, Diagnostics& diagnostics);

template <class M>
class TypedField : public FieldReader {
 public:
  using Value = typename Bounded<M>::Type;
  using Limits = std::conditional_t<has_order<Value>, Range<Value>, NoRange>;
  explicit TypedField(const Limits& limits) : limits_(limits) {}

  bool read(const Node& node, void* field, Diagnostics& diagnostics) const override {
    M& read = *static_cast<M*>(field);
    if (!read_value(node, read, diagnostics)) return false;
    if constexpr (has_order<Value>) {
      const Value& value = bounded(read);
      if ((limits_.min && value < *limits_.min) || (limits_.max && *limits_.max < value)) {
        report_out_of_range(node, range_text(), diagnostics);
        return false;
      }
    }
    return true;
  }
  TypeDoc doc() const override { return FieldType<M>::doc(); }
  std::string text(const void* field) const override { return FieldType<M>::text(*static_cast<const M*>(field)); }
  std::string range_text() const override {
    if constexpr (has_order<Value>) {
      if constexpr (std::is_base_of_v<QuantityFieldType<Value>, FieldType<Value>>) {
        // Quantities have the limits of their dimension where a field states none.
        constexpr subvolt::Limits<Value> all = limits<Value>();
        if (!limits_.min && !limits_.max) {
          return config::range_text(FieldType<Value>::text(all.lowest), FieldType<Value>::text(all.highest));
        }
      }
      return config::range_text(limits_.min ? FieldType<Value>::text(*limits_.min) : "",
                                limits_.max ? FieldType<Value>::text(*limits_.max) : "");
    } else {
      return "";
    }
  }

 private:
  // The limits of a quantity's dimension hold where the field states none, narrower or wider.
  bool read_value(const Node& node, M& value, Diagnostics& diagnostics) const {
    if constexpr (std::is_base_of_v<QuantityFieldType<Value>, FieldType<Value>>) {
      subvolt::Limits<Value> range = limits<Value>();
      if (limits_.min) range.lowest = *limits_.min;
      if (limits_.max) range.highest = *limits_.max;
      Value read{};
      if (!FieldType<Value>::read_within(range, node, read, diagnostics)) return false;
      value = read;
      return true;
    } else {
      return FieldType<M>::read(node, value, diagnostics);
    }
  }
  static const Value& bounded(const Value& value) { return value; }
  static const Value& bounded(const std::optional<Value>& value) { return *value; }
  Limits limits_;
};

template <class T>
class Schema : public SchemaBase {
 public:
  using SchemaBase::SchemaBase;

  template <class M>
  using Limits = typename TypedField<M>::Limits;

  template <class M>
  Schema& required(std::string_view key, M T::*member, std::string_view meaning, const Limits<M>& limits = {}) {
    return add(key, member, meaning, limits, true);
  }
  template <class M>
  Schema& optional(std::string_view key, M T::*member, std::string_view meaning, const Limits<M>& limits = {}) {
    return add(key, member, meaning, limits, false);
  }
  // Fields of alternatives are keys of this map, too, and a rule or settle() reads those of the one that is chosen.
  Schema& with_any_of(std::function<std::vector<const SchemaBase*>()> schemas) {
    beside(std::move(schemas), true);
    return *this;
  }
  // A key that was: what stood there belongs to `where`, such as "devices.logic".
  Schema& moved(std::string_view key, std::string_view where) {
    refuse_moved(key, where);
    return *this;
  }
  // A rule over the whole struct, run when every field was read well. Report with the node of the culprit.
  Schema& check(std::function<void(const T&, const Node&, Diagnostics&)> rule) {
    rules_.push_back(std::move(rule));
    return *this;
  }

  // What follows from where the values come from, done when every rule holds.
  Schema& settle(std::function<void(T&, const Node&)> what) {
    settled_.push_back(std::move(what));
    return *this;
  }

  bool read(const Node& node, T& value, Diagnostics& diagnostics) const {
    if (!read_fields(node, &value, diagnostics)) return false;
    const std::size_t before = diagnostics.errors().size();
    for (const auto& rule : rules_) rule(value, node, diagnostics);
    if (diagnostics.errors().size() != before) return false;
    for (const auto& settle : settled_) settle(value, node);
    return true;
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
  static const T& standard() {
    static const T value{};
    return value;
  }
  template <class M>
  Schema& add(std::string_view key, M T::*member, std::string_view meaning, const Limits<M>& limits, bool required) {
    const T& example = standard();
    const void* field = &(example.*member);
    const auto offset = static_cast<std::size_t>(static_cast<const char*>(field) -
                                                 static_cast<const char*>(static_cast<const void*>(&example)));
    add_field(key, meaning, required, offset, field, std::make_unique<TypedField<M>>(limits));
    return *this;
  }

  std::vector<std::function<void(const T&, const Node&, Diagnostics&)>> rules_;
  std::vector<std::function<void(T&, const Node&)>> settled_;
};

// Structs with a schema of their own.
template <class M>
struct FieldType<M, std::void_t<decltype(M::schema())>> {
  static bool read(const Node& node, M& value, Diagnostics& d) { return M::schema().read(node, value, d); }
  static TypeDoc doc() { return {TypeDoc::Form::kObject, {}, {}, {}, &M::schema()}; }
  static std::string text(const M&) { return "(see below)"; }
};

}  // namespace subvolt::config
