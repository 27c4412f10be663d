// 0.45_V, 1.2_pJ, 5_MHz, 16_KiB: for constants in code and tests.
#pragma once

#include "sim/units/counts.h"
#include "sim/units/quantity.h"
#include "sim/units/temperature.h"

namespace subvolt::literals {

constexpr Voltage operator""_V(long double v) { return Voltage::from_si(static_cast<double>(v)); }
constexpr Voltage operator""_mV(long double v) { return Voltage::from_si(static_cast<double>(v) * 1e-3); }
constexpr Energy operator""_J(long double v) { return Energy::from_si(static_cast<double>(v)); }
constexpr Energy operator""_pJ(long double v) { return Energy::from_si(static_cast<double>(v) * 1e-12); }
constexpr Energy operator""_fJ(long double v) { return Energy::from_si(static_cast<double>(v) * 1e-15); }
constexpr Power operator""_W(long double v) { return Power::from_si(static_cast<double>(v)); }
constexpr Power operator""_mW(long double v) { return Power::from_si(static_cast<double>(v) * 1e-3); }
constexpr Power operator""_uW(long double v) { return Power::from_si(static_cast<double>(v) * 1e-6); }
constexpr Power operator""_nW(long double v) { return Power::from_si(static_cast<double>(v) * 1e-9); }
constexpr Time operator""_s(long double v) { return Time::from_si(static_cast<double>(v)); }
constexpr Time operator""_ms(long double v) { return Time::from_si(static_cast<double>(v) * 1e-3); }
constexpr Time operator""_us(long double v) { return Time::from_si(static_cast<double>(v) * 1e-6); }
constexpr Time operator""_ns(long double v) { return Time::from_si(static_cast<double>(v) * 1e-9); }
constexpr Frequency operator""_Hz(long double v) { return Frequency::from_si(static_cast<double>(v)); }
constexpr Frequency operator""_MHz(long double v) { return Frequency::from_si(static_cast<double>(v) * 1e6); }
constexpr Temperature operator""_C(long double v) { return Temperature::from_celsius(static_cast<double>(v)); }
constexpr Bytes operator""_B(unsigned long long v) { return Bytes(static_cast<std::int64_t>(v)); }
constexpr Bytes operator""_KiB(unsigned long long v) { return Bytes(static_cast<std::int64_t>(v) * 1024); }

}  // namespace subvolt::literals
