// What something draws, as data sheets give it: a current ("20 uA") or a power ("5 uW"); once, a charge ("60 uC") or an
// energy ("2 uJ"). Charge becomes energy only with a voltage.
#pragma once

#include "sim/config/schema.h"

namespace subvolt::scenario {

struct Draw {
  Current current;
  Power power;  // one of them is zero
};

struct Amount {
  Charge charge;
  Energy energy;  // one of them is zero
};

// 0.01 of what is there, each year: "1 %/year", "5 %/month" (a twelfth of a year).
struct FractionPerTime {
  double fraction = 0.0;
  Time time = Time::from_si(31557600.0);
};

}  // namespace subvolt::scenario

namespace subvolt::config {
template <>
struct FieldType<scenario::Draw> {
  static bool read(const Node& node, scenario::Draw& value, Diagnostics& d);
  static TypeDoc doc() {
    return {TypeDoc::Form::kEither, {}, {}, {FieldType<Current>::doc(), FieldType<Power>::doc()}, nullptr};
  }
  static std::string text(const scenario::Draw& value);
};
template <>
struct FieldType<scenario::Amount> {
  static bool read(const Node& node, scenario::Amount& value, Diagnostics& d);
  static TypeDoc doc() {
    return {TypeDoc::Form::kEither, {}, {}, {FieldType<Charge>::doc(), FieldType<Energy>::doc()}, nullptr};
  }
  static std::string text(const scenario::Amount& value);
};
template <>
struct FieldType<scenario::FractionPerTime> {
  static bool read(const Node& node, scenario::FractionPerTime& value, Diagnostics& d);
  static TypeDoc doc() { return {TypeDoc::Form::kText, {}, {}, {}, nullptr}; }
  static std::string text(const scenario::FractionPerTime& value);
};
}  // namespace subvolt::config
