// What a quantity of each dimension can be on a chip, its memories and the board around them. A number outside of it is
// a slip of the pen or a wrong prefix; a field may allow less. estimate where no source is said: about ten times what
// the largest and smallest of today's parts have.
#pragma once

#include "sim/units/counts.h"
#include "sim/units/quantity.h"
#include "sim/units/temperature.h"

namespace subvolt {

template <class Q>
struct Limits {
  Q lowest, highest;
};

template <class Q>
constexpr Limits<Q> limits();

// Extra-low voltage without ripple (IEC 61140): boards have no more.
template <>
constexpr Limits<Voltage> limits() {
  return {Voltage(), Voltage::from_si(60.0)};
}
template <>
constexpr Limits<Current> limits() {
  return {Current(), Current::from_si(1e3)};
}
// A battery that a person can carry: 100 Ah.
template <>
constexpr Limits<Charge> limits() {
  return {Charge(), Charge::from_si(3.6e5)};
}
template <>
constexpr Limits<Power> limits() {
  return {Power(), Power::from_si(1e4)};
}
// Of one event, or of waking one item: a joule is what a phone draws in a second.
template <>
constexpr Limits<Energy> limits() {
  return {Energy(), Energy::from_si(1.0)};
}
// Latencies, intervals and windows of one run, whose picoseconds have to fit 64 bits: 1,000 s are 10^15 of 9 x 10^18.
template <>
constexpr Limits<Time> limits() {
  return {Time(), Time::from_si(1e3)};
}
// Transistors themselves end below 1 THz.
template <>
constexpr Limits<Frequency> limits() {
  return {Frequency(), Frequency::from_si(1e12)};
}
// Of switches and wires in the way of a supply.
template <>
constexpr Limits<Resistance> limits() {
  return {Resistance(), Resistance::from_si(1e6)};
}
template <>
constexpr Limits<Capacitance> limits() {
  return {Capacitance(), Capacitance::from_si(1.0)};
}
// From absolute zero to where silicon is intrinsic.
template <>
constexpr Limits<Temperature> limits() {
  return {Temperature::from_kelvin(0.0), Temperature::from_celsius(300.0)};
}
// One memory or address range: 1 TiB.
template <>
constexpr Limits<Bytes> limits() {
  return {Bytes(0), Bytes(std::int64_t{1} << 40)};
}
template <>
constexpr Limits<Cycles> limits() {
  return {Cycles(0), Cycles(1'000'000'000)};
}
template <>
constexpr Limits<Ops> limits() {
  return {Ops(0), Ops(std::int64_t{1} << 53)};
}

}  // namespace subvolt
