// A number with where it comes from, and how far to trust it: what data sheets, papers and estimates give.
//
//   in a file:    minimum_voltage: {value: 0.32 V, source: "Rossi et al., IEEE Micro 37(5) 2017", quality: measured}
//   in a schema:  .required("minimum_voltage", &Device::minimum_voltage, "Below it the circuit does not work.",
//                           config::between(kLowestSupply, kHighestSupply))
//
// The range of a field is that of its number. A number that a later file or `--set` gives has that place as its source
// (sourcing.h).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "sim/config/schema.h"
#include "sim/config/sourced/fit.h"
#include "sim/config/sourced/sourcing.h"

namespace subvolt::config {

template <class Q>
struct Sourced {
  Q value{};
  std::string source;
  Quality quality = Quality::kEstimated;
  bool restated = false;  // the number was written later than its source, which now says where
  static const Schema<Sourced>& schema();
};

// What a bare number may be where its field says nothing.
template <class Q>
Range<Q> range_of_sourced() {
  if constexpr (std::is_floating_point_v<Q>) {
    return between<Q>(-1e12, 1e12);
  } else if constexpr (std::is_integral_v<Q>) {
    return between<Q>(0, Q{1} << 40);
  } else {
    return {};  // quantities have the limits of their dimension
  }
}

// "sourced_voltage"
template <class Q>
std::string sourced_name() {
  if constexpr (std::is_floating_point_v<Q>) {
    return "sourced_number";
  } else if constexpr (std::is_integral_v<Q>) {
    return "sourced_count";
  } else {
    return "sourced_" + std::string(unit_info<Q>().dimension);
  }
}

template <class Q>
const Schema<Sourced<Q>>& Sourced<Q>::schema() {
  static const auto s =
      Schema<Sourced<Q>>(sourced_name<Q>(), "A number with its source. Each key that has one says its range.")
          .required("value", &Sourced<Q>::value, "The number.", range_of_sourced<Q>())
          .required("source", &Sourced<Q>::source,
                    "Where it comes from: paper, standard, data sheet, or \"estimate: \" and the reasoning.")
          .optional("quality", &Sourced<Q>::quality, "How far to trust it.")
          .check([](const Sourced<Q>& v, const Node& node, Diagnostics& d) {
            require_source(v.source, node, d);
            refuse_fitted(v.quality, node, d);
          })
          .settle([](Sourced<Q>& v, const Node& node) {
            settle_source(v.source, v.quality, node);
            v.restated = is_without_source(v.source);
          });
  return s;
}

// The range of a field with a source is that of its number.
template <class M, class Q>
class SourcedField : public FieldReader {
 public:
  using Limits = typename TypedField<Q>::Limits;
  explicit SourcedField(const Limits& limits) : number_(limits) {}
  bool read(const Node& node, void* field, Diagnostics& diagnostics) const override {
    if (!FieldType<M>::read(node, *static_cast<M*>(field), diagnostics)) return false;
    Q within{};
    return number_.read(*node.find("value"), &within, diagnostics);
  }
  TypeDoc doc() const override { return FieldType<M>::doc(); }
  std::string text(const void* field) const override { return FieldType<M>::text(*static_cast<const M*>(field)); }
  std::string range_text() const override { return number_.range_text(); }

 private:
  TypedField<Q> number_;
};
template <class Q>
class TypedField<Sourced<Q>> : public SourcedField<Sourced<Q>, Q> {
 public:
  using SourcedField<Sourced<Q>, Q>::SourcedField;
};
template <class Q>
class TypedField<std::optional<Sourced<Q>>> : public SourcedField<std::optional<Sourced<Q>>, Q> {
 public:
  using SourcedField<std::optional<Sourced<Q>>, Q>::SourcedField;
};

}  // namespace subvolt::config
